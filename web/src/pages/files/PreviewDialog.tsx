// The beginning of a text, or a picture, out of a restore point.
import { Alert, Button, CodeBlock, CodeBlockCode, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { send } from "../../api/client";
import { Loaded } from "../../components/Failure";
import { formatSize } from "../../components/format";
import { text } from "../../messages";
import { prepare } from "./download";
import { contentOf, firstBytes, largestPicture } from "./preview";

interface Preview {
  text?: string;
  isCut?: boolean;
  picture?: Blob;
  // Why there is nothing to see.
  reason?: string;
}

const anything = { Accept: "*/*" };

async function readPreview(href: string, size: number, signal: AbortSignal): Promise<Preview> {
  const path = await prepare(href);
  if (size === 0) return { reason: text.files.emptyFile };
  const range = { ...anything, Range: `bytes=0-${Math.min(size, firstBytes) - 1}` };
  const first = new Uint8Array(await (await send("GET", path, { headers: range, signal })).arrayBuffer());
  const content = contentOf(first);
  if (content.kind === "other") return { reason: text.files.noPreview };
  if (content.kind === "text") return { text: content.text, isCut: size > firstBytes };
  if (size > largestPicture) return { reason: text.files.tooLarge(formatSize(largestPicture)) };
  const whole = await (await send("GET", path, { headers: anything, signal })).arrayBuffer();
  return { picture: new Blob([whole], { type: content.type }) };
}

function Picture({ of: picture, name }: { of: Blob; name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address ? <img className="holdfast-picture" src={address} alt={name} /> : null;
}

interface PreviewDialogProps {
  file: { name: string; href: string; size?: number | null };
  onDownload(): void;
  onClose(): void;
}

export function PreviewDialog({ file, onDownload, onClose }: PreviewDialogProps) {
  const preview = useQuery({
    queryKey: ["preview", file.href],
    queryFn: ({ signal }) => readPreview(file.href, file.size ?? 0, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    gcTime: 0,
  });
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-labelledby="preview-title">
      <ModalHeader title={file.name} labelId="preview-title" />
      <ModalBody tabIndex={0} aria-label={file.name}>
        <Loaded of={preview}>
          {(told) => (
            <>
              {told.reason && <Alert isInline isPlain variant="info" title={told.reason} />}
              {told.text !== undefined && (
                <CodeBlock>
                  <CodeBlockCode>{told.text}</CodeBlockCode>
                </CodeBlock>
              )}
              {told.isCut && <Alert isInline isPlain variant="info" title={text.files.beginning(formatSize(firstBytes))} />}
              {told.picture && <Picture of={told.picture} name={file.name} />}
            </>
          )}
        </Loaded>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onDownload}>{text.files.download}</Button>
        <Button variant="link" onClick={onClose}>
          {text.common.close}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
