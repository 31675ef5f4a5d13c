// Nobody at the keyboard: the time that is left is shown before the session ends. The stream of events keeps a session in use, so
// the console itself sees to it that it ends.
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../api/session";
import { text } from "../messages";

const warningSeconds = 60;
const signsOfLife = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

export function IdleGuard() {
  const { logon, logOut } = useSession();
  const [left, setLeft] = useState(Number.POSITIVE_INFINITY);
  const lastSign = useRef(Date.now());
  const limit = logon?.IdleTimeoutSeconds ?? Number.POSITIVE_INFINITY;

  useEffect(() => {
    const note = () => {
      lastSign.current = Date.now();
    };
    for (const sign of signsOfLife) addEventListener(sign, note, { passive: true });
    const timer = setInterval(() => setLeft(limit - (Date.now() - lastSign.current) / 1000), 1000);
    return () => {
      for (const sign of signsOfLife) removeEventListener(sign, note);
      clearInterval(timer);
    };
  }, [limit]);

  const isOver = left <= 0;
  useEffect(() => {
    if (isOver) void logOut("idle");
  }, [isOver, logOut]);

  if (left > warningSeconds || isOver) return null;
  return (
    <Modal isOpen variant="small" aria-labelledby="idle-title">
      <ModalHeader title={text.idle.title} labelId="idle-title" />
      <ModalBody aria-live="polite">{text.idle.text(Math.ceil(left))}</ModalBody>
      <ModalFooter>
        <Button onClick={() => setLeft(limit)}>{text.idle.stay}</Button>
      </ModalFooter>
    </Modal>
  );
}
