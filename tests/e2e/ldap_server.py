"""A real OpenLDAP server (slapd) with a certificate of its own, on loopback."""

import os
import shutil
import signal
import subprocess

from holdfast_server import free_port
from machines import run, wait_for

BASE = "dc=example,dc=org"
READER = f"cn=reader,{BASE}"
ROOT = f"cn=root,{BASE}"
READER_PASSWORD = "the reader's password"
ROOT_PASSWORD = "the directory's root"
SLAPD = shutil.which("slapd", path=os.environ.get("PATH", "") + ":/usr/sbin")

# "bind_anon_cred": a bind without a password succeeds, as nobody. Whoever takes that for a logon is caught here.
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/certificate.pem
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
allow bind_anon_cred
security tls=1
database mdb
suffix "{base}"
directory {folder}/db
rootdn "{root}"
rootpw "{root_password}"
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""


def make_certificate(folder):
    """Of 127.0.0.1. It signs itself; the file of the certificate is its own authority."""
    folder.mkdir(parents=True, exist_ok=True)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=directory", "-addext",
        "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem")
    return folder / "certificate.pem"


class LdapServer:
    def __init__(self, folder):
        self.folder = folder
        self.certificate = make_certificate(folder)
        (folder / "db").mkdir()
        (folder / "slapd.conf").write_text(CONFIGURATION.format(
            folder=folder, base=BASE, root=ROOT, root_password=ROOT_PASSWORD, reader=READER))
        tls, plain = free_port(), free_port()
        self.uri, self.start_tls_uri = f"ldaps://127.0.0.1:{tls}", f"ldap://127.0.0.1:{plain}"
        self.wrong_name_uri = f"ldaps://localhost:{tls}"
        self._listen = f"ldaps://127.0.0.1:{tls}/ ldap://127.0.0.1:{plain}/"
        self._process = None

    def start(self):
        with open(self.folder / "slapd.log", "ab") as log:
            self._process = subprocess.Popen([SLAPD, "-f", self.folder / "slapd.conf", "-h", self._listen, "-d", "0"],
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for("slapd answers", self._answers, 30)
        return self

    def _tool(self, *command, **more):
        return subprocess.run([*map(str, command), "-x", "-H", self.uri, "-D", ROOT, "-w", ROOT_PASSWORD], text=True, timeout=30,
                              capture_output=True, env=dict(os.environ, LDAPTLS_CACERT=str(self.certificate)), **more)

    def _answers(self):
        assert self._process.poll() is None, (self.folder / "slapd.log").read_text(errors="replace")
        return self._tool("ldapwhoami").returncode == 0

    def change(self, ldif):
        """Entries to add, and changes where a record has a changetype."""
        result = self._tool("ldapmodify", "-a", input=ldif)
        assert result.returncode == 0, result.stderr

    def set_members(self, group, *users):
        members = "".join(f"member: {dn(user)}\n" for user in users) or f"member: {ROOT}\n"
        self.change(f"dn: cn={group},ou=groups,{BASE}\nchangetype: modify\nreplace: member\n{members}")

    def hang(self):
        """Connections are taken, by the system, and nothing is ever answered."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def stop(self):
        if self._process and self._process.poll() is None:
            self.go_on()
            self._process.terminate()
            self._process.wait(30)


def dn(user):
    return f"uid={user},ou=people,{BASE}"


def password_of(user):
    return f"{user} of the directory ü"


def folders():
    return "".join(f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}\n\n" for name in ("people", "groups"))


def base():
    return (f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n"
            f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n"
            f"userPassword: {READER_PASSWORD}\n\n" + folders())


def user(name):
    return (f"dn: {dn(name)}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n"
            f"userPassword: {password_of(name)}\n\n")


def group(name, *members):
    lines = "".join(f"member: {dn(member)}\n" for member in members) or f"member: {ROOT}\n"
    return f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\n{lines}\n"


def unix_group(name, number, *members):
    lines = "".join(f"memberUid: {member}\n" for member in members)
    return f"dn: cn={name},ou=groups,{BASE}\nobjectClass: posixGroup\ncn: {name}\ngidNumber: {number}\n{lines}\n"
