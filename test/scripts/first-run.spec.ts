/** What the terminal says of the first run of a demo. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Light {
  tone: string;
  headline: string;
  others: string[];
}

type Tell = (
  editor: string,
  say: Record<'print' | 'complain', (line: string) => void>,
  signal: AbortSignal,
  times: { every: number; within: number; now: () => number },
) => Promise<void>;

describe('the first run of a demo', () => {
  let server: Server;
  let asked: number;
  let tell: Tell;

  before(async () => {
    const module: string = new URL('../../scripts/support/first-run.js', import.meta.url).href;
    ({ tellFirstRun: tell } = (await import(module)) as { tellFirstRun: Tell });
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** Answers with one light after the other, the last one for ever; each look takes one unit of the time. */
  async function saidOf(lights: (Light | number)[], within = 60): Promise<string[]> {
    asked = 0;
    server = createServer((_request, response) => {
      const light = lights[Math.min(asked++, lights.length - 1)];
      if (typeof light === 'number') response.writeHead(light).end();
      else response.end(JSON.stringify(light));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const said: string[] = [];
    const say = {
      print: (line: string) => void said.push(`out ${line}`),
      complain: (line: string) => void said.push(`err ${line}`),
    };
    const editor = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await tell(editor, say, new AbortController().signal, { every: 1, within, now: () => asked });
    return said.map((line) => line.replace(editor, 'EDITOR'));
  }

  const well: Light = { tone: 'ok', headline: 'All is well: 17 of 17', others: [] };
  const working: Light = { tone: 'warn', headline: '9 reports are on their way', others: [] };
  const failed: Light = { tone: 'bad', headline: 'SIM001 cannot log in', others: ['9 are missing'] };

  it('is told once all is well, whatever was said before', async () => {
    assert.deepEqual(await saidOf([503, failed, working, well]), ['out first run   All is well: 17 of 17']);
    assert.equal(asked, 4);
  });

  it('that failed is told with what is wrong and where to look', async () => {
    assert.deepEqual(await saidOf([working, failed], 2), [
      'err first run   SIM001 cannot log in; 9 are missing - see EDITOR/rap-ops/',
    ]);
  });

  it('of a desk that does not answer is no all-clear', async () => {
    assert.deepEqual(await saidOf([401], 2), [
      'err first run   the desk does not answer - see EDITOR/rap-ops/',
    ]);
  });

  it('on a day without reports is no alarm', async () => {
    const quiet: Light = { tone: 'grey', headline: 'Nothing is expected today', others: [] };
    assert.deepEqual(await saidOf([quiet], 2), [
      'out first run   Nothing is expected today - see EDITOR/rap-ops/',
    ]);
  });
});
