/** What must be true of a home at any moment, and what must be true once a run has come to its end. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { t } from '../../lib/i18n/translate.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { journalKeyOf } from '../../lib/ledger/journal/journal-key.ts';
import { verifyLedger } from '../../lib/ledger/sqlite/backup.ts';
import { realClock } from '../../lib/time/clock.ts';
import type { Home, Stage } from './stage.ts';

/** A file on a share that was found right. It must stay the very same file. */
interface Seen {
  inode: number;
  changed: number;
}

/** Looks at one home again and again; every method gives what is wrong, in words. */
export class Checks {
  readonly #stage: Stage;
  readonly #home: Home;
  readonly #seen = new Map<string, Seen>();
  #landed = 0;

  constructor(stage: Stage, home: Home) {
    this.#stage = stage;
    this.#home = home;
  }

  /** How many files were found right on the shares. */
  get found(): number {
    return this.#seen.size;
  }

  /** Grows with every file on a share and every one in the landing folder. */
  get progress(): number {
    return this.#seen.size + this.#landed;
  }

  /** At any moment, also between two starts: nothing wrong at a final name, nothing promised that is not there. */
  async now(): Promise<string[]> {
    const wrong: string[] = [];
    const there = new Set<string>();
    for (const folder of this.#home.filed) {
      for (const name of await names(folder)) {
        if (name.startsWith('.part-')) continue;
        const file = path.join(folder, name);
        there.add(file);
        const fault = await this.#look(file, name);
        if (fault !== undefined) wrong.push(`${file} ${fault}`);
      }
    }
    const landing = path.join(this.#home.home, 'landing');
    const landed = await fs.readdir(landing, { recursive: true }).catch(() => []);
    this.#landed = landed.filter((name) => this.#stage.reports.has(path.basename(name))).length;
    for (const file of this.#seen.keys()) if (!there.has(file)) wrong.push(`${file} is lost`);
    for (const file of await this.#promised()) {
      if (!there.has(file)) wrong.push(`${file} is recorded as delivered and is not there`);
    }
    return wrong;
  }

  async #look(file: string, name: string): Promise<string | undefined> {
    const stat = await fs.stat(file);
    const seen = this.#seen.get(file);
    const now = { inode: stat.ino, changed: stat.mtimeMs };
    if (seen !== undefined) {
      return seen.inode === now.inode && seen.changed === now.changed ? undefined : 'was published twice';
    }
    const right = this.#stage.reports.get(name);
    if (right === undefined) return 'should not be there';
    if (
      createHash('sha256')
        .update(await fs.readFile(file))
        .digest('hex') !== right
    )
      return 'has wrong bytes';
    this.#seen.set(file, now);
    return undefined;
  }

  /** Files the ledger says were delivered. Read from a copy: looking must not mend what a crash left. */
  async #promised(): Promise<string[]> {
    const { ledger } = this.#home;
    const copy = path.join(
      path.dirname(this.#home.folder),
      `${path.basename(this.#home.folder)}-copy.sqlite`,
    );
    for (const end of ['', '-wal']) {
      await fs.rm(copy + end, { force: true });
      if (existsSync(ledger + end)) await fs.copyFile(ledger + end, copy + end);
    }
    await fs.rm(`${copy}-shm`, { force: true });
    if (!existsSync(copy)) return [];
    const database = new DatabaseSync(copy);
    try {
      const tables = database.prepare("select 1 from sqlite_master where name = 'deliveries'").all();
      if (tables.length === 0) return [];
      return database
        .prepare('select file from deliveries')
        .all()
        .map(({ file }) => String(file));
    } finally {
      database.close();
    }
  }

  /** When a run says that it is complete and every mail has had its time. */
  async atTheEnd(): Promise<string[]> {
    const wrong = await this.now();
    for (const folder of this.#home.filed) wrong.push(...(await this.filedOn(folder)));
    for (const entry of await fs.readdir(this.#home.folder, { recursive: true })) {
      if (path.basename(entry).startsWith('.part-')) wrong.push(`${entry} was left behind`);
    }
    return [...wrong, ...(await this.#ledgerAtTheEnd())];
  }

  /** Every report lies on this share. */
  async filedOn(folder: string): Promise<string[]> {
    const there = new Set(await names(folder));
    const missing = [...this.#stage.reports.keys()].filter((name) => !there.has(name));
    return missing.map((name) => `${folder}/${name} is lost`);
  }

  async #ledgerAtTheEnd(): Promise<string[]> {
    const wrong: string[] = [];
    const { reports, relay } = this.#stage;
    const ledger = await openHome(this.#home.home, realClock);
    try {
      const [account = ''] = await accounts(this.#home.ledger);
      const versions = await ledger.reports.versionsOf(account);
      if (versions.size !== reports.size) wrong.push(`${versions.size} versions of ${reports.size} reports`);
      for (const [remote, { versionId }] of versions) {
        const copies = (await ledger.deliveries.deliveriesOf(versionId)).length;
        if (copies !== this.#home.filed.length) wrong.push(`${remote} was delivered ${copies} times`);
        if ((await ledger.mails.mailsAbout(versionId)).length === 0) wrong.push(`no mail tells of ${remote}`);
      }
      const open = await ledger.deliveries.openVersions(account);
      if (open.length > 0) wrong.push(`${open.length} versions are not routed`);
      const intents = await ledger.reports.openIntents(account);
      if (intents.length > 0) wrong.push(`${intents.length} intents are open`);
      for (const mail of await ledger.mails.mails()) {
        const copies = relay.taken.filter((one) => one.mail.messageId === mail.to[0]?.messageId);
        const plain = copies.filter((one) => !one.mail.text?.startsWith(t('en', 'mail.repeat')));
        if (mail.state !== 'accepted') wrong.push(`mail ${mail.eventKey} is ${mail.state}: ${mail.error}`);
        if (copies.length === 0) wrong.push(`mail ${mail.eventKey} never arrived`);
        if (plain.length > 1) wrong.push(`mail ${mail.eventKey} came ${plain.length} times without a word`);
      }
    } finally {
      await ledger.close();
    }
    const proof = { journalKey: await journalKeyOf(this.#home.home) };
    await verifyLedger(this.#home.ledger, realClock, proof).catch((thrown) => wrong.push(String(thrown)));
    return wrong;
  }
}

async function names(folder: string): Promise<string[]> {
  return fs.readdir(folder).catch(() => []);
}

async function accounts(file: string): Promise<string[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('select distinct account from versions')
      .all()
      .map(({ account }) => String(account));
  } finally {
    database.close();
  }
}
