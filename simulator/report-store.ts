/**
 * The served trees on disk: puts each planned report in its place when its time has come, and lets tests
 * make a report grow, change or vanish. A file is built outside the tree and moved in, so that a client
 * never sees half of it unless a test asks for that.
 */
import { createWriteStream } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DataCentre, Installation } from '../lib/model/types.ts';
import type { PlannedReport } from './content/plan.ts';

/** A report in one data centre's tree. */
export interface Place {
  installation: Installation;
  /** Both when left out. */
  dataCentre?: DataCentre;
  /** Remote path. */
  path: string;
}

export const dataCentres: readonly DataCentre[] = ['primary', 'secondary'];

/** A report that is being written: what lies there is only its beginning. */
export interface Growing {
  /** Adds some more of the content, never its end. */
  grow(): Promise<void>;
  /** Puts the whole report in place. */
  finish(): Promise<void>;
}

export class ReportStore {
  readonly #folder: string;
  readonly #building: string;
  readonly #holds: (report: PlannedReport, dataCentre: DataCentre) => boolean;
  readonly #published = new Map<string, PlannedReport>();
  #waiting: PlannedReport[];
  #names = 0;

  /**
   * @param folder '<home>/simulator'
   * @param plan every report of all days, each at most once
   * @param holds whether a data centre has a report at all
   */
  constructor(
    folder: string,
    plan: readonly PlannedReport[],
    holds: (report: PlannedReport, dataCentre: DataCentre) => boolean,
  ) {
    this.#folder = folder;
    this.#building = path.join(folder, 'building');
    this.#waiting = [...plan].sort((a, b) => a.appearsAt - b.appearsAt);
    this.#holds = holds;
  }

  /** Folder served as '/' by this data centre's addresses. */
  tree(installation: Installation, dataCentre: DataCentre): string {
    return path.join(this.#folder, installation, dataCentre);
  }

  /**
   * Makes the trees hold nothing but reports of this plan. Files of an earlier start with the same recipe
   * are kept, so that a second start is quick and shows the same files with the same times.
   * @param recipe what the content hangs on besides the plan itself
   */
  async prepare(recipe: string): Promise<void> {
    const note = path.join(this.#folder, 'recipe');
    const before = await readFile(note, 'utf8').catch(() => '');
    const planned = new Set(this.#waiting.map((report) => this.#key(report)));
    await rm(this.#building, { recursive: true, force: true });
    for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
      for (const dataCentre of dataCentres) {
        const tree = this.tree(installation, dataCentre);
        if (before !== recipe) await rm(tree, { recursive: true, force: true });
        for (const folder of ['INBOX', 'COMMON', ...(installation === 'hkscc' ? ['RPF'] : [])]) {
          await mkdir(path.join(tree, folder), { recursive: true, mode: 0o700 });
        }
        await this.#sweep(tree, (remote) => planned.has(`${installation}:${remote}`));
      }
    }
    await mkdir(this.#building, { recursive: true, mode: 0o700 });
    await writeFile(note, recipe, { mode: 0o600 });
  }

  /** When the next report appears, milliseconds since 1970; undefined when all have appeared. */
  get next(): number | undefined {
    return this.#waiting[0]?.appearsAt;
  }

  /** Puts every report in place whose time has come by `moment`; returns them. */
  async publishUntil(moment: number): Promise<PlannedReport[]> {
    const due = this.#waiting.filter((report) => report.appearsAt <= moment);
    this.#waiting = this.#waiting.filter((report) => report.appearsAt > moment);
    // Of one that was issued again meanwhile only the last is there.
    const last = new Map(due.map((report) => [this.#key(report), report]));
    for (const report of last.values()) await this.#publish(report, 0, report.appearsAt);
    return due;
  }

  /** Reports that have appeared in a data centre, in the order of their appearance. */
  appeared(installation: Installation, dataCentre: DataCentre): PlannedReport[] {
    return [...this.#published.values()].filter(
      (report) => report.installation === installation && this.#holds(report, dataCentre),
    );
  }

  /** Issues a report again: same name, other figures, new time. */
  async reissue(place: Place, revision: number, modifiedAt: number): Promise<void> {
    await this.#publish(this.#find(place), revision, modifiedAt, place.dataCentre);
  }

  /** Gives every report that is there another time, and nothing else. */
  async touch(modifiedAt: number): Promise<void> {
    const time = new Date(modifiedAt);
    for (const report of this.#published.values()) {
      for (const dataCentre of this.#centres(report)) {
        const file = path.join(this.tree(report.installation, dataCentre), report.path);
        // One that was taken away stays away.
        await utimes(file, time, time).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
        });
      }
    }
  }

  /** Shows only the beginning of a report, as if it were still being written. */
  async startGrowing(place: Place, now: () => number): Promise<Growing> {
    const report = this.#find(place);
    const whole = Buffer.concat([...report.content(0)]);
    let shown = Math.floor(whole.length / 4);
    const show = async () => {
      const file = await this.#build([whole.subarray(0, shown)]);
      await this.#place(file, report, now(), place.dataCentre);
    };
    await show();
    return {
      grow: async () => {
        shown += Math.ceil((whole.length - shown) / 3);
        shown = Math.min(shown, whole.length - 1);
        await show();
      },
      finish: async () => {
        shown = whole.length;
        await show();
      },
    };
  }

  /** Takes a report away, as if it had aged out. */
  async remove(place: Place): Promise<void> {
    const report = this.#find(place);
    for (const dataCentre of this.#centres(report, place.dataCentre)) {
      await rm(path.join(this.tree(report.installation, dataCentre), report.path), { force: true });
    }
  }

  async #publish(
    report: PlannedReport,
    revision: number,
    modifiedAt: number,
    only?: DataCentre,
  ): Promise<void> {
    this.#published.set(this.#key(report), report);
    if (revision === 0 && (await this.#isThere(report, modifiedAt))) return;
    await this.#place(await this.#build(report.content(revision)), report, modifiedAt, only);
  }

  /** Only a file left by this plan has exactly the planned time to the second. */
  async #isThere(report: PlannedReport, modifiedAt: number): Promise<boolean> {
    for (const dataCentre of this.#centres(report)) {
      const found = await stat(path.join(this.tree(report.installation, dataCentre), report.path)).catch(
        () => undefined,
      );
      if (found === undefined || Math.floor(found.mtimeMs / 1000) !== Math.floor(modifiedAt / 1000))
        return false;
    }
    return true;
  }

  async #build(pieces: Iterable<Buffer>): Promise<string> {
    const file = path.join(this.#building, String(this.#names++));
    await pipeline(Readable.from(pieces), createWriteStream(file, { mode: 0o600 }));
    return file;
  }

  /** Moves a built file into place; both data centres share it, because it is never written to again. */
  async #place(built: string, report: PlannedReport, modifiedAt: number, only?: DataCentre): Promise<void> {
    const time = new Date(modifiedAt);
    await utimes(built, time, time);
    for (const dataCentre of this.#centres(report, only)) {
      const target = path.join(this.tree(report.installation, dataCentre), report.path);
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      const twin = `${built}-${dataCentre}`;
      await link(built, twin).catch(async () => {
        await copyFile(built, twin);
        await utimes(twin, time, time);
      });
      await rename(twin, target);
    }
    await rm(built);
  }

  #centres(report: PlannedReport, only?: DataCentre): DataCentre[] {
    return dataCentres.filter((one) => (only === undefined || one === only) && this.#holds(report, one));
  }

  #key(report: { installation: Installation; path: string }): string {
    return `${report.installation}:${report.path}`;
  }

  #find(place: Place): PlannedReport {
    const report = this.#published.get(this.#key(place));
    if (report === undefined) throw new Error(`No report has appeared at ${place.path}`);
    return report;
  }

  /** Removes what the plan does not know, and folders that are left empty. */
  async #sweep(tree: string, keep: (remote: string) => boolean): Promise<void> {
    for (const top of await readdir(tree)) await this.#sweepFolder(tree, `/${top}`, keep);
  }

  async #sweepFolder(tree: string, remote: string, keep: (remote: string) => boolean): Promise<number> {
    let left = 0;
    for (const entry of await readdir(path.join(tree, remote), { withFileTypes: true })) {
      const inner = `${remote}/${entry.name}`;
      const stays = entry.isDirectory() ? (await this.#sweepFolder(tree, inner, keep)) > 0 : keep(inner);
      if (stays) left++;
      else await rm(path.join(tree, inner), { recursive: true, force: true });
    }
    return left;
  }
}
