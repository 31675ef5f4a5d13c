import { expect, it } from "vitest";
import type { Schemas } from "../../api/types";
import { firstTarget, isComplete, readTarget, writeTarget } from "./targets";

const mail = { ...firstTarget, name: "on call", server: "mail.example.org", from: "backup@example.org", to: "a@example.org; b@example.org" };

it("asks for what a target cannot be without", () => {
  expect(isComplete(mail)).toBe(true);
  expect(isComplete({ ...mail, to: " , " })).toBe(false);
  expect(isComplete({ ...firstTarget, kind: "Webhook", name: "chat" })).toBe(false);
  const webhook = { ...firstTarget, kind: "Webhook" as const, name: "chat", url: "https://chat.example.org/" };
  expect(isComplete(webhook)).toBe(false);
  expect(isComplete({ ...webhook, secret: "too short" })).toBe(false);
  expect(isComplete({ ...webhook, secret: "sixteen letters!" })).toBe(true);
  expect(isComplete({ ...webhook, hasSecret: true })).toBe(true);
});

it("writes mail or a webhook, never both", () => {
  expect(writeTarget(mail)).toMatchObject({
    Webhook: null,
    Mail: { Server: "mail.example.org", Port: null, User: null, Password: null, To: { Addresses: ["a@example.org", "b@example.org"] } },
    OnSuccess: false,
    Jobs: null,
  });
  expect(writeTarget({ ...mail, kind: "Webhook", url: "https://chat.example.org/" })).toMatchObject({
    Mail: null,
    Webhook: { Url: "https://chat.example.org/", Secret: null },
  });
});

it("edits what was read into the same", () => {
  const told = {
    Name: "on call",
    Webhook: null,
    Mail: { Server: "mail.example.org", Port: 2525, Encryption: "None", User: null, From: "a@b.org", To: { Addresses: ["c@d.org"] } },
    OnSuccess: true,
    OnWarning: false,
    OnFailed: true,
    RestoreSessions: false,
    Jobs: { JobUids: ["urn:veeam:Job:1"] },
  } as Schemas["NotificationTarget"];
  const { Mail, Jobs, ...rest } = writeTarget(readTarget(told));
  expect(Mail).toMatchObject({ Server: "mail.example.org", Port: 2525, Encryption: "None", From: "a@b.org", To: { Addresses: ["c@d.org"] } });
  expect(Jobs).toEqual({ JobUids: ["urn:veeam:Job:1"] });
  expect(rest).toEqual({ Name: "on call", Webhook: null, OnSuccess: true, OnWarning: false, OnFailed: true, RestoreSessions: false });
});
