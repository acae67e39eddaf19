"""Paramiko's SFTP server over one folder for one key; says a line for every login request."""
import errno
import json
import os
import socket
import sys
import threading

import paramiko

setup = json.loads(sys.argv[1])
host_key = paramiko.Ed25519Key(filename=setup["hostKeyFile"])
user_key = setup["userKey"].split(" ")[1]


class Door(paramiko.ServerInterface):
    def get_allowed_auths(self, username):
        return "publickey"

    def check_auth_publickey(self, username, key):
        print("login request", username, flush=True)
        known = username == setup["user"] and key.get_base64() == user_key
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_UNKNOWN_CHANNEL_TYPE


class Shelf(paramiko.SFTPServerInterface):
    @staticmethod
    def real(path):
        return setup["root"] + os.path.normpath("/" + path)

    @staticmethod
    def guarded(action):
        try:
            return action()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or errno.EIO)

    def list_folder(self, path):
        def action():
            folder = self.real(path)
            return [
                paramiko.SFTPAttributes.from_stat(os.lstat(os.path.join(folder, name)), name)
                for name in os.listdir(folder)
            ]

        return self.guarded(action)

    def stat(self, path):
        return self.guarded(lambda: paramiko.SFTPAttributes.from_stat(os.stat(self.real(path))))

    def lstat(self, path):
        return self.guarded(lambda: paramiko.SFTPAttributes.from_stat(os.lstat(self.real(path))))

    def open(self, path, flags, attr):
        def action():
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = open(self.real(path), "rb")
            return handle

        return self.guarded(action)


def serve(connection):
    transport = paramiko.Transport(connection)
    transport.add_server_key(host_key)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Shelf)
    try:
        transport.start_server(server=Door())
        transport.join()
    except (EOFError, OSError, paramiko.SSHException) as error:
        print("connection:", error, flush=True)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((setup["host"], setup["port"]))
listener.listen(20)
while True:
    accepted, _ = listener.accept()
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
