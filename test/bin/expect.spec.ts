import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));

const scenario = {
  account: { installation: 'HKSCC', participant: 'SIM001', calendar: 'securities' },
  rules: [
    {
      ...{ report: 'CCLTN05', set: '', folder: '/INBOX', frequency: 'business-day' },
      name: 'CCLTN05_(?<participant>[A-Z0-9]+)_(?<date>\\d{8})\\.txt',
      times: { about: '20:00', lateAfter: '20:45', cutOff: '22:00' },
    },
  ],
  ask: ['2026-11-25'],
  at: '2026-11-25 20:50',
  facts: [
    {
      ...{ at: '2026-11-25 20:00', fact: 'looked', centre: 'primary', ok: ['/INBOX'], failed: [] },
      ...{ every: 5, until: '2026-11-25 20:50' },
    },
  ],
};

describe('rap expect', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-expect-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function run(text: string, words: string[] = ['--json'], TZ = 'UTC') {
    const file = path.join(folder, 'scenario.json');
    await writeFile(file, text);
    return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      const all = [rap, 'expect', '--scenario', file, ...words];
      execFile(process.execPath, all, { env: { ...process.env, TZ } }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
    it(`answers in Hong Kong time on a machine of ${zone}`, async () => {
      const { status, stdout, stderr } = await run(JSON.stringify(scenario), ['--json'], zone);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      const of = { report: 'CCLTN05', set: '', businessDate: '2026-11-25' };
      assert.deepEqual(JSON.parse(stdout), {
        expectations: [{ ...of, state: 'late', lateAfter: '2026-11-25 20:45', cutOff: '2026-11-25 22:00' }],
        messages: [
          { kind: 'at-risk', ...of, at: '2026-11-25 20:40' },
          { kind: 'late', ...of, at: '2026-11-25 20:50' },
        ],
      });
    });
  }

  it('answers people in sentences', async () => {
    const { stdout } = await run(JSON.stringify(scenario), []);
    assert.match(
      stdout,
      /^2026-11-25 CCLTN05: late, late after 2026-11-25 20:45, missing after 2026-11-25 22:00$/m,
    );
    assert.match(stdout, /^mail at 2026-11-25 20:50: CCLTN05 of 2026-11-25 late$/m);
  });

  it('refuses a bad time, a file that is no JSON and one that is not there with exit status 2', async () => {
    const bad = await run(JSON.stringify({ ...scenario, at: '2026-11-25 24:00' }));
    assert.equal(bad.status, 2);
    const { error } = JSON.parse(bad.stdout);
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.match(error.message, /^The scenario cannot be used: at "2026-11-25 24:00" is not a time/);
    assert.match(error.cure, /^Enter at again/);
    const broken = await run('{"at": ');
    assert.equal(broken.status, 2);
    assert.match(broken.stdout, /is not JSON/);
    const nowhere = await run('{}', ['--json', '--scenario', path.join(folder, 'nowhere.json')]);
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stdout, /nowhere\.json cannot be read/);
  });
});
