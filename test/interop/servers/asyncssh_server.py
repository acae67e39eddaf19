"""AsyncSSH's SFTP server over one folder for one key; says a line for every login request."""
import asyncio
import json
import sys

import asyncssh

setup = json.loads(sys.argv[1])
key = asyncssh.import_public_key(setup["userKey"])


class Server(asyncssh.SSHServer):
    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, offered):
        print("login request", username, flush=True)
        return username == setup["user"] and offered == key


async def serve():
    await asyncssh.create_server(
        Server,
        setup["host"],
        setup["port"],
        server_host_keys=[setup["hostKeyFile"]],
        rekey_bytes=setup.get("newKeysAfter", 1 << 30),
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=setup["root"].encode()),
    )
    await asyncio.Event().wait()


asyncio.run(serve())
