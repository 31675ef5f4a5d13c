import { Card, CardBody, CardTitle, ClipboardCopy, Label, Stack } from "@patternfly/react-core";
import { useSession } from "../../api/session";
import type { Schemas } from "../../api/types";
import { Facts, type Fact } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { formatExact } from "../../components/format";
import { text } from "../../messages";
import { Administration, forAdministrators } from "./Administration";
import { useServerSettings } from "./data";
import { spelled, validity } from "./fingerprint";

type Settings = Schemas["ServerSettings"];

const words = text.administration.server;
const colors = { valid: "green", soon: "orange", over: "red", early: "red" } as const;

function Validity({ certificate }: { certificate: Settings["Certificate"] }) {
  const state = validity(certificate.ValidFromTimeUTC, certificate.ValidUntilTimeUTC, Date.now());
  return (
    <>
      {words.period(formatExact(certificate.ValidFromTimeUTC), formatExact(certificate.ValidUntilTimeUTC))}{" "}
      <Label color={colors[state]} variant="outline">
        {words.validities[state]}
      </Label>
    </>
  );
}

function certificateFacts(certificate: Settings["Certificate"]): Fact[] {
  return [
    [words.subject, certificate.Subject],
    [words.issuer, certificate.IsSelfSigned ? words.selfSigned : certificate.Issuer],
    [words.valid, <Validity key="valid" certificate={certificate} />],
    [words.file, certificate.File],
  ];
}

function directoryFacts(directory: Settings["Directory"]): Fact[] {
  const facts: Fact[] = [[words.asked, words.directories[directory.Kind]]];
  if (directory.LdapUri) facts.push([words.ldapUri, directory.LdapUri]);
  if (directory.LdapUserBase) facts.push([words.userBase, directory.LdapUserBase]);
  if (directory.Kind === "Ldap") facts.push([words.groupBase, directory.LdapGroupBase ?? words.memberOf]);
  if (directory.PamService) facts.push([words.pamService, directory.PamService]);
  return facts;
}

function ServerPage() {
  const settings = useServerSettings();
  const { logon } = useSession();
  const columns = { default: "1Col", md: "2Col" } as const;
  return (
    <Administration title={words.title} help={words.help}>
      <Loaded of={settings}>
        {({ Certificate: certificate, Directory: directory }) => (
          <Stack hasGutter>
            <Card>
              <CardBody>
                <Facts
                  columnModifier={columns}
                  rows={[
                    [text.common.name, logon?.ServerName],
                    [words.version, logon?.ServerVersion],
                  ]}
                />
              </CardBody>
            </Card>
            <Card>
              <CardTitle component="h2">{words.certificate}</CardTitle>
              <CardBody>
                <Stack hasGutter>
                  <Facts columnModifier={columns} rows={certificateFacts(certificate)} />
                  <Facts
                    rows={[
                      [
                        words.fingerprint,
                        <ClipboardCopy
                          key="fingerprint"
                          isReadOnly
                          hoverTip={text.common.copy}
                          clickTip={text.common.copied}
                          textAriaLabel={words.fingerprint}
                        >
                          {spelled(certificate.Sha256Fingerprint)}
                        </ClipboardCopy>,
                      ],
                    ]}
                  />
                  <p>{words.certificateHelp}</p>
                </Stack>
              </CardBody>
            </Card>
            <Card>
              <CardTitle component="h2">{words.directory}</CardTitle>
              <CardBody>
                <Stack hasGutter>
                  <Facts columnModifier={columns} rows={directoryFacts(directory)} />
                  <p>{words.directoryHelp}</p>
                </Stack>
              </CardBody>
            </Card>
          </Stack>
        )}
      </Loaded>
    </Administration>
  );
}

export default forAdministrators(ServerPage);
