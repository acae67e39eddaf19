/**
 * What is wrong with a Dockerfile and a compose file, read as text: those rules of hadolint's defaults and of the
 * compose specification that these two files can break, and where the two would not agree. Nothing is built.
 */
import { parse } from 'yaml';
import { isSecretName } from '../../lib/model/secret-names.ts';

export interface Instruction {
  word: string;
  rest: string;
}

/** The instructions of a Dockerfile, with comments gone and lines that go on joined. */
export function instructionsOf(text: string): Instruction[] {
  return text
    .replace(/^[ \t]*#.*\n/gm, '')
    .replace(/\\\n[ \t]*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
      return { word: word.toUpperCase(), rest: rest.trim() };
    });
}

export const restsOf = (all: Instruction[], word: string) =>
  all.filter((one) => one.word === word).map(({ rest }) => rest);

/** The words of a command in its exec form. @returns undefined for the shell form, which hides signals from the program */
export function execForm(command: string | undefined): string[] | undefined {
  try {
    const words: unknown = JSON.parse(command ?? '');
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

/** The names that an ENV or ARG sets. */
const namesIn = (rest: string) => [...rest.matchAll(/(?:^|\s)(\w+)(?==|$)/g)].map(([, name = '']) => name);

const isNumbered = (image: string) => /^[\w./-]+:\d+\.\d+\.\d+(-[\w.]+)?(@sha256:[0-9a-f]{64})?$/.test(image);

/** The image that a FROM names, with the default of its ARG put in. */
function imageOf(all: Instruction[]): string {
  const image = restsOf(all, 'FROM')[0]?.split(/\s+/)[0] ?? '';
  const [, name] = /^\$\{?(\w+)\}?$/.exec(image) ?? [];
  if (name === undefined) return image;
  const given = restsOf(all, 'ARG').find((rest) => rest.startsWith(`${name}=`));
  return given?.slice(name.length + 1) ?? '';
}

const wordsOf = (commands: string) => commands.split(/&&|;/).map((part) => part.trim().split(/\s+/));

/** Is the cache named, so that no setting of the base image puts it on the volume, and removed with what is in it? */
function isCacheRemoved(install: string, runs: string): boolean {
  const [, cache = ''] = /--cache (\/\S+)/.exec(install) ?? [];
  return wordsOf(runs).some(([word, ...rest]) => word === 'rm' && rest[0] === '-r' && rest.includes(cache));
}

/** A fresh volume takes over the owner that the folder has in the image. */
const isGivenTo = (user: string, folder: string, runs: string) =>
  wordsOf(runs).some(
    ([word, owner = '', ...folders]) =>
      word === 'chown' && owner.split(':')[0] === user && folders.includes(folder),
  );

const KNOWN = new Set(
  'FROM ARG ENV USER COPY RUN VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD WORKDIR LABEL SHELL'.split(
    ' ',
  ),
);

/** What COPY takes from the folder of the build; a variable stands for the packed palette. */
export const copiedFiles = (all: Instruction[]) =>
  restsOf(all, 'COPY').flatMap((rest) => {
    const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
    return words.slice(0, -1).filter((word) => !word.startsWith('$'));
  });

/** @returns a sentence for each rule that is broken */
export function dockerfileFaults(text: string): string[] {
  const all = instructionsOf(text);
  const of = (word: string) => restsOf(all, word);
  const users = of('USER');
  const lastRun = all.findLastIndex(({ word }) => word === 'RUN');
  const lastUser = all.findLastIndex(({ word }) => word === 'USER');
  const runs = of('RUN').join(' && ');
  const targets = of('COPY').map((rest) => rest.split(/\s+/).at(-1) ?? '');
  const health = of('HEALTHCHECK');
  const installs = runs.split(/&&|;/).filter((part) => /\bnpm (install|ci|i)\b/.test(part));
  const rules: [isBroken: boolean, what: string][] = [
    [all.some(({ word }) => !KNOWN.has(word)), 'an instruction is not known'],
    [of('ADD').length > 0, 'ADD unpacks and fetches: COPY does what is meant'],
    [!['FROM', 'ARG'].includes(all[0]?.word ?? ''), 'it does not begin with FROM or ARG'],
    [of('FROM').length !== 1, 'not exactly one FROM'],
    [!isNumbered(imageOf(all)), 'the base image has no number of a release'],
    [users.length === 0 || /^(root|0)(:|$)/.test(users.at(-1) ?? ''), 'it works as root'],
    [lastUser < lastRun, 'something is run after the last USER'],
    [/\bsudo\b/.test(runs), 'sudo'],
    [/\b(curl|wget)\b/.test(runs), 'something is fetched that nothing pins'],
    [
      [...of('ENV'), ...of('ARG')]
        .flatMap(namesIn)
        .some((name) => isSecretName(name) || isSecretName(`RAP_${name}`)),
      'a secret would be in the image',
    ],
    [installs.length !== 1, 'not exactly one installation'],
    [installs.some((part) => !/--omit=dev\b/.test(part)), 'development tools would be installed'],
    [installs.some((part) => !/--ignore-scripts\b/.test(part)), 'install scripts would run'],
    [installs.some((part) => !isCacheRemoved(part, runs)), "npm's cache would be in the image"],
    [
      of('VOLUME').some((folder) => !isGivenTo(users.at(-1) ?? '', folder, runs)),
      "a fresh volume would not be the user's",
    ],
    [of('WORKDIR').some((rest) => !rest.startsWith('/')), 'WORKDIR is not absolute'],
    [
      of('WORKDIR').length === 0 && targets.some((to) => !to.startsWith('/')),
      'COPY to a relative path without WORKDIR',
    ],
    [
      of('COPY').some(
        (rest) =>
          rest.split(/\s+/).filter((word) => !word.startsWith('--')).length > 2 && !rest.endsWith('/'),
      ),
      'COPY of several to what is no folder',
    ],
    [
      copiedFiles(all).some((file) => file.startsWith('/') || file.includes('..')),
      'COPY from outside of the folder',
    ],
    [of('ENTRYPOINT').length !== 1 || of('CMD').length > 1, 'not exactly one program'],
    [
      [...of('ENTRYPOINT'), ...of('CMD')].some((rest) => execForm(rest) === undefined),
      'the program is in shell form',
    ],
    [health.length !== 1, 'not exactly one HEALTHCHECK'],
    [
      health.some((rest) => execForm(/ ?CMD (.*)$/.exec(rest)?.[1]) === undefined),
      'HEALTHCHECK is in shell form',
    ],
    [of('EXPOSE').some((rest) => !/^\d+$/.test(rest) || Number(rest) > 65_535), 'EXPOSE names no port'],
    [of('STOPSIGNAL').at(-1) !== 'SIGTERM', 'it is not asked by SIGTERM to end'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, what]) => what);
}

export interface Service {
  image: string;
  user: string;
  read_only: boolean;
  init: boolean;
  restart: string;
  stop_grace_period: string;
  cap_drop: string[];
  security_opt: string[];
  tmpfs: string[];
  environment: Record<string, string>;
  secrets: string[];
  ports: string[];
  volumes: string[];
}
export interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, object>;
}

/** Throws for what is no YAML, a key that comes twice too. */
export const readCompose = (text: string) => parse(text, { uniqueKeys: true }) as Compose;

/** Keys of the compose specification: of the file, and those of a service that a single container can have. */
const TOP = 'name services networks volumes secrets configs'.split(' ');
const OF_A_SERVICE = [
  ...'annotations build cap_add cap_drop command configs container_name cpus depends_on deploy dns entrypoint'.split(
    ' ',
  ),
  ...'env_file environment expose extra_hosts healthcheck hostname image init labels logging mem_limit'.split(
    ' ',
  ),
  ...'networks pids_limit ports privileged profiles pull_policy read_only restart secrets security_opt shm_size'.split(
    ' ',
  ),
  ...'stop_grace_period stop_signal sysctls tmpfs tty ulimits user volumes working_dir'.split(' '),
];

/** Seconds of a compose duration such as "1m30s"; NaN when it is none. */
export function secondsOf(duration: unknown): number {
  const [all, minutes = '0', seconds = '0'] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(duration)) ?? [];
  return all ? Number(minutes) * 60 + Number(seconds) : Number.NaN;
}

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isVolume = (text: string) => /^(\/[^:]+|[a-z][\w-]*):\/[^:]*(:ro|:rw)?$/.test(text);

/** @returns a sentence for each rule that is broken */
export function composeFaults(text: string): string[] {
  const compose = readCompose(text);
  const [service, ...others] = Object.values(compose.services ?? {});
  if (service === undefined || others.length > 0) return ['not exactly one service'];
  const odd = (value: object, known: string[]) => Object.keys(value).filter((key) => !known.includes(key));
  const lists = ['cap_drop', 'security_opt', 'tmpfs', 'secrets', 'ports', 'volumes'] as const;
  const notLists = lists.filter((key) => !areTexts(service[key]));
  if (notLists.length > 0) return notLists.map((key) => `${key} is no list of texts`);
  const named = service.volumes.map((one) => one.split(':')[0] ?? '').filter((from) => !from.startsWith('/'));
  const variables = Object.entries(service.environment);
  const files = variables.filter(([name]) => name.endsWith('_FILE'));
  const rules: [isBroken: boolean, what: string][] = [
    [odd(compose, TOP).length > 0, 'a key of the file is not known'],
    [odd(service, OF_A_SERVICE).length > 0, 'a key of the service is not known'],
    [
      !['no', 'always', 'on-failure', 'unless-stopped'].includes(service.restart),
      'restart is none that there is',
    ],
    [!['always', 'unless-stopped'].includes(service.restart), 'it is not started again'],
    [service.read_only !== true, 'its own files can be written'],
    [!service.tmpfs.includes('/tmp'), 'it has no /tmp to write to'],
    [!service.cap_drop.includes('ALL'), 'it keeps capabilities'],
    [!service.security_opt.includes('no-new-privileges:true'), 'it can get more rights'],
    [Object.hasOwn(service, 'privileged') || Object.hasOwn(service, 'cap_add'), 'it has rights of the host'],
    [service.init !== true, 'nobody looks after processes that are left over'],
    [Number.isNaN(secondsOf(service.stop_grace_period)), 'stop_grace_period is no duration'],
    [
      service.ports.some((port) => !/^127\.0\.0\.1:\d{1,5}:\d{1,5}$/.test(port)),
      'a port is open to more than this machine',
    ],
    [service.volumes.some((one) => !isVolume(one)), 'a volume cannot be read'],
    [named.some((name) => !Object.hasOwn(compose.volumes, name)), 'a volume is not declared'],
    [Object.keys(compose.volumes).some((name) => !named.includes(name)), 'a volume is declared for nobody'],
    [service.secrets.some((name) => !Object.hasOwn(compose.secrets, name)), 'a secret is not declared'],
    [
      Object.keys(compose.secrets).some((name) => !service.secrets.includes(name)),
      'a secret is declared for nobody',
    ],
    [Object.values(compose.secrets).some(({ file }) => typeof file !== 'string'), 'a secret is no file'],
    [variables.some(([, value]) => typeof value !== 'string'), 'a variable is no text'],
    [variables.some(([name]) => isSecretName(name)), 'a secret is in plain sight'],
    [
      files.some(
        ([name, file]) => !isSecretName(name.slice(0, -5)) || !/^\/run\/secrets\/\w+$/.test(String(file)),
      ),
      'a file of a secret is not read',
    ],
    [
      `${files.map(([, file]) => String(file).split('/').at(-1)).sort()}` !==
        `${[...service.secrets].sort()}`,
      'secrets and their variables differ',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, what]) => what);
}

/** @returns a sentence for each thing that one of the two files says otherwise than the other */
export function disagreements(dockerfile: string, compose: string): string[] {
  const all = instructionsOf(dockerfile);
  const [service] = Object.values(readCompose(compose).services);
  if (service === undefined) return ['there is no service'];
  const inside = service.ports.map((port) => port.split(':').at(-1));
  const mounted = service.volumes.map((one) => one.split(':')[1]);
  const rules: [isBroken: boolean, what: string][] = [
    [service.user !== restsOf(all, 'USER').at(-1), 'users'],
    [`${inside}` !== `${restsOf(all, 'EXPOSE')}`, 'ports'],
    [restsOf(all, 'VOLUME').some((folder) => !mounted.includes(folder)), 'volumes'],
    [
      !restsOf(all, 'ENV').every(
        (rest) => !rest.includes('RAP_LOG=') || rest.includes(`RAP_LOG=${service.environment.RAP_LOG}`),
      ),
      'logs',
    ],
    [!dockerfileTag(dockerfile).includes(service.image), 'names of the image'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, what]) => what);
}

/** The name that the build command in the head of the Dockerfile gives to the image. */
const dockerfileTag = (text: string) => [...text.matchAll(/--tag (\S+)/g)].map(([, name]) => name ?? '');
