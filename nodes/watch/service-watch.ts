/** Looks at the service now and then, and whenever somebody asks; tells the service manager, and calls out. */
import type { NodeAPI } from 'node-red';
import { asRapError } from '../../lib/errors/rap-error.ts';
import { freeSpace, isOutOfFiles } from '../../lib/files/space.ts';
import { WRITER } from '../../lib/ledger/lease/keep-lease.ts';
import { peekLease } from '../../lib/ledger/lease/peek.ts';
import type { KnownShare, Ledger } from '../../lib/ledger/ledger.ts';
import { ledgerPlace } from '../../lib/ledger/place.ts';
import { describeProcess, ownProcessId } from '../../lib/process/process-id.ts';
import { endsWithin, realClock } from '../../lib/time/clock.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import type { Family } from '../../lib/watch/exposition.ts';
import { type LedgerFigures, ReceivedCount, readLedger } from '../../lib/watch/figures.ts';
import {
  allUnknown,
  type Findings,
  type Health,
  HealthRecord,
  lookAtService,
} from '../../lib/watch/health.ts';
import { Heartbeat } from '../../lib/watch/heartbeat.ts';
import { metricsOf } from '../../lib/watch/metrics.ts';
import { release } from '../../lib/watch/release.ts';
import { type ServiceManager, serviceManager } from '../../lib/watch/service-manager.ts';
import type { WatchSettings } from '../../lib/watch/settings.ts';
import { ShareLooks } from '../../lib/watch/shares.ts';
import { doneAfter, goesOn, nothingDone } from '../../lib/watch/watchdog.ts';
import { RapAccount } from '../rap-account/rap-account.ts';
import { askDesk } from '../runtime/desk-says.ts';
import { runningNodes } from '../runtime/rap-node.ts';
import { ledgerInUse, runtimeOptionsOf, sharedOf } from '../runtime/runtime.ts';
import { scheduleLooks } from '../runtime/schedule-looks.ts';
import { forgetHealth, noteHealth } from '../runtime/service-health.ts';
import { LoopDelay } from './loop-delay.ts';

/** So often it looks by itself, milliseconds. */
const EVERY_MS = 10_000;
/** And so often while it is not ready. */
const SOON_MS = 2_000;
const SHARES_EVERY_MS = 60_000;
/** That it is ready is believed for so long; an answer is waited for for so long. */
const BELIEVED_MS = 1_000;
const ANSWER_MS = 3_000;

export interface ServiceWatch {
  /** A look that is fresh; one that has not ended in time is unknown. Never throws. */
  health(): Promise<Health>;
  metrics(): Promise<Family[]>;
  stop(): void;
}

export interface WatchOptions {
  settings: WatchSettings;
  manager?: ServiceManager | undefined;
  heartbeat?: Heartbeat | undefined;
}

export function watchOf(RED: NodeAPI, options: WatchOptions): ServiceWatch {
  return new Watch(RED, options);
}

class Watch implements ServiceWatch {
  readonly #RED: NodeAPI;
  readonly #manager: ServiceManager | undefined;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #record = new HealthRecord();
  readonly #received = new ReceivedCount();
  readonly #shares = new ShareLooks();
  readonly #delay = new LoopDelay();
  #known: readonly KnownShare[] = [];
  #health: Health | undefined;
  #healthAt = Number.NEGATIVE_INFINITY;
  #looking: { begun: number; ends: Promise<Health> } | undefined;
  #reading: Promise<LedgerFigures | undefined> | undefined;
  #works = false;
  #done = nothingDone;
  #up = false;
  #sharesAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout;
  #stopped = false;

  constructor(RED: NodeAPI, { settings, manager, heartbeat }: WatchOptions) {
    this.#RED = RED;
    this.#manager = manager ?? serviceManager(process.env);
    this.#heartbeat = heartbeat ?? (settings.heartbeat && new Heartbeat(settings.heartbeat, realClock));
    this.#timer = setTimeout(() => void this.#round(), 0).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#delay.stop();
    forgetHealth(this.#RED);
  }

  async health(): Promise<Health> {
    const isFresh = performance.now() - this.#healthAt < BELIEVED_MS;
    if (this.#health?.ready && isFresh) return this.#health;
    const look = this.#look();
    try {
      return await endsWithin(realClock, ANSWER_MS, look.ends, () => new Error('late'));
    } catch {
      const begun = hongKongStamp(look.begun);
      // The record keeps since when; what is judged here is not kept, as the look may still end well.
      return this.#record.judge(allUnknown(`The look that began at ${begun} has not ended`), Date.now());
    }
  }

  async metrics(): Promise<Family[]> {
    const health = await this.health();
    const { home, clock, lease } = runtimeOptionsOf(this.#RED);
    const ledger = await this.#ledgerFigures();
    const well = await this.#isWell();
    const owner = (await peekLease(ledgerPlace(home), WRITER, clock, lease))?.owner;
    return metricsOf({
      ...{ at: clock.now(), health, ledger, well },
      process: {
        version: release(),
        // The same at every look, also when the clock is set: whoever counts its changes counts starts.
        startedAt: performance.timeOrigin / 1000,
        resident: process.memoryUsage.rss(),
        loopDelay: this.#delay.figures,
      },
      holder: owner === undefined ? undefined : describeProcess(owner),
      shares: this.#shares.figures(this.#known),
      homeFree: await freeSpace(home).catch(() => undefined),
      heartbeat: this.#heartbeat?.figures,
    });
  }

  /** Does Today say that all is well? Undefined where that is not known: no figure is better than an old one. */
  #isWell(): Promise<boolean | undefined> {
    const light = askDesk(this.#RED, 'en').then((said) => said && said.tone === 'ok');
    return endsWithin(realClock, ANSWER_MS, light, () => new Error('late')).catch(() => undefined);
  }

  /** One look at a time: a ledger that is locked gets no queue of questions. */
  #look(): { begun: number; ends: Promise<Health> } {
    this.#looking ??= {
      begun: Date.now(),
      ends: this.#findings()
        .then((findings) => this.#judge(findings))
        .finally(() => {
          this.#looking = undefined;
        }),
    };
    return this.#looking;
  }

  #findings(): Promise<Findings> {
    const { home, clock } = runtimeOptionsOf(this.#RED);
    return lookAtService({
      ledger: async () => {
        this.#works = true;
        const ledger = await ledgerInUse(home);
        this.#works = ledger !== undefined;
        return ledger;
      },
      schedules: scheduleLooks,
      freeSpace: () => freeSpace(home),
      isOutOfFiles: (needed) => isOutOfFiles(home, needed),
      owner: ownProcessId(),
      shares: sharedOf(home) && { odd: sharedOf(home)?.isOdd === true },
      clock,
    });
  }

  #judge(findings: Findings): Health {
    const health = this.#record.judge(findings, runtimeOptionsOf(this.#RED).clock.now());
    if (this.#health !== undefined && this.#health.what !== health.what) this.#tellChange(health);
    this.#health = health;
    if (!this.#stopped) noteHealth(this.#RED, health);
    this.#healthAt = performance.now();
    this.#done = doneAfter(this.#done, findings, this.#healthAt);
    return health;
  }

  #tellChange({ ready, what, checks }: Health): void {
    const bad = checks.filter(({ state }) => state !== 'ok').map((one) => `${one.name}: ${one.what}`);
    if (ready) this.#RED.log.info('RAP Ops is ready');
    else this.#RED.log.warn(`RAP Ops: ${[what, ...bad].join('; ')}`);
  }

  async #round(): Promise<void> {
    try {
      const { ends } = this.#look();
      // A look that hangs must not keep the next round from saying nothing.
      const health = await endsWithin(realClock, EVERY_MS, ends, () => new Error('late')).catch(
        () => undefined,
      );
      await this.#tellManager(health);
      const said = await this.#heartbeat?.beat(health?.ready === true);
      if (said) this.#RED.log.warn(said);
      this.#lookAtShares();
      // Whoever collects the figures may come later.
      void this.#quietLedger()
        .then((ledger) => ledger && this.#received.begin(ledger))
        .catch(() => {});
    } catch (thrown) {
      this.#RED.log.error(`RAP Ops: ${asRapError(thrown).message}`);
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#round(), this.#pace).unref();
  }

  /** A third of what the service manager waits, so that one round may fail. */
  get #pace(): number {
    const every = this.#up && this.#health?.ready ? EVERY_MS : SOON_MS;
    return Math.min(every, (this.#manager?.watchdog ?? Number.POSITIVE_INFINITY) / 3);
  }

  async #tellManager(health: Health | undefined): Promise<void> {
    const { server } = this.#RED as unknown as { server?: { listening?: boolean } | null };
    const begins = !this.#up && server?.listening !== false;
    this.#up ||= begins;
    if (this.#manager === undefined || !this.#up) return;
    const duty = {
      waits: health?.state === 'waiting',
      works: this.#works,
      schedules: scheduleLooks().length,
    };
    const alive = health !== undefined && goesOn(this.#done, duty, performance.now());
    const words = [
      ...(begins ? ['READY=1'] : []),
      ...(alive ? ['WATCHDOG=1'] : []),
      `STATUS=${health?.what ?? 'The ledger does not answer'}`,
    ];
    if (!(await this.#manager.tell(...words)) && begins) {
      this.#RED.log.error(
        'The service manager cannot be told: is "systemd-notify" there, and NotifyAccess=all?',
      );
    }
  }

  /** Beside everything else: shares may hang. */
  #lookAtShares(): void {
    if (performance.now() - this.#sharesAt < SHARES_EVERY_MS) return;
    this.#sharesAt = performance.now();
    void this.#quietLedger()
      .then(async (ledger) => {
        if (ledger === undefined) {
          this.#sharesAt = Number.NEGATIVE_INFINITY;
          return;
        }
        this.#known = await ledger.shares.knownShares();
        await this.#shares.look(this.#known);
      })
      .catch(() => {});
  }

  /** The ledger, or undefined for whatever reason; health says why. */
  #quietLedger(): Promise<Ledger | undefined> {
    return ledgerInUse(runtimeOptionsOf(this.#RED).home).catch(() => undefined);
  }

  async #ledgerFigures(): Promise<LedgerFigures | undefined> {
    this.#reading ??= this.#quietLedger()
      .then((ledger) => {
        const now = runtimeOptionsOf(this.#RED).clock.now();
        return ledger && readLedger(ledger, this.#received, now, deployedAccounts(this.#RED));
      })
      .catch(() => undefined)
      .finally(() => {
        this.#reading = undefined;
      });
    return endsWithin(realClock, ANSWER_MS, this.#reading, () => new Error('late')).catch(() => undefined);
  }
}

/** Names of the accounts that the flows have; undefined while one cannot be used, whose name nobody knows. */
function deployedAccounts(RED: NodeAPI): Set<string> | undefined {
  const nodes = runningNodes(RED).filter((node) => node instanceof RapAccount);
  return nodes.every(({ ready }) => ready) ? new Set(nodes.map(({ account }) => account)) : undefined;
}
