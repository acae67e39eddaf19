"""Twisted Conch's SFTP server over one folder for one key; says a line for every login request."""
import json
import os
import sys

from twisted.conch.avatar import ConchUser
from twisted.conch.checkers import SSHPublicKeyChecker
from twisted.conch.interfaces import ISFTPServer
from twisted.conch.ssh import factory, filetransfer, keys, session
from twisted.conch.unix import SFTPServerForUnixConchUser
from twisted.cred import portal
from twisted.internet import reactor
from twisted.python import components
from zope.interface import implementer

setup = json.loads(sys.argv[1])
host_key = keys.Key.fromFile(setup["hostKeyFile"])
user_key = keys.Key.fromString(setup["userKey"])
root = setup["root"].encode()


class User(ConchUser):
    def __init__(self):
        super().__init__()
        self.channelLookup[b"session"] = session.SSHSession
        self.subsystemLookup[b"sftp"] = filetransfer.FileTransferServer

    def _runAsUser(self, action, *args, **more):
        if callable(action):
            action = [(action, args, more)]
        result = None
        for each in action:
            result = each[0](*(each[1] if len(each) > 1 else ()), **(each[2] if len(each) > 2 else {}))
        return result

    def getHomeDir(self):
        return root

    def logout(self):
        pass


class Shelf(SFTPServerForUnixConchUser):
    def _absPath(self, path):
        return root + os.path.normpath(b"/" + path)

    def realPath(self, path):
        return os.path.normpath(b"/" + path)


components.registerAdapter(Shelf, User, ISFTPServer)


class Keys:
    def getAuthorizedKeys(self, username):
        print("login request", username.decode(), flush=True)
        return [user_key] if username == setup["user"].encode() else []


@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, username, mind, *interfaces):
        return interfaces[0], User(), lambda: None


class Factory(factory.SSHFactory):
    publicKeys = {host_key.sshType(): host_key}
    privateKeys = {host_key.sshType(): host_key}
    portal = portal.Portal(Realm(), [SSHPublicKeyChecker(Keys())])


reactor.listenTCP(setup["port"], Factory(), interface=setup["host"])
reactor.run()
