"""A certificate authority as a site has one of its own, made anew for each run."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._made(name, self.key, x509.BasicConstraints(True, None), -1, 30))

    def certificate(self, host, first=-1, last=30):
        """The files of a certificate for a host and of its key; from and until so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        file, secret = (self.folder / f"{self.name}-{host}-{last}{ending}" for ending in [".pem", ".key"])
        file.write_bytes(self._made(host, key, x509.BasicConstraints(False, None), first, last))
        secret.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return file, secret

    def _made(self, name, key, constraints, first, last):
        now = datetime.datetime.now(datetime.timezone.utc)

        def called(text):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        built = x509.CertificateBuilder().subject_name(called(name)).issuer_name(called(self.name)).public_key(
            key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(
            now + first * DAY).not_valid_after(now + last * DAY).add_extension(constraints, critical=True).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
