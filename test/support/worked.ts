/**
 * How long the processor has worked for this thread - of an older Node.js, for the whole process -, milliseconds: what
 * work takes, however busy the machine is with other things.
 */
export function worked(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of real time between two looks. */
const STEP = 5;

/**
 * How long something is waited for, milliseconds, as far as this process gets to run meanwhile: what the machine gives to
 * others, and what this process works in one go, count as one look each.
 */
export async function waited(something: () => unknown): Promise<number> {
  let looks = 0;
  const timer = setInterval(() => looks++, STEP);
  try {
    await something();
  } finally {
    clearInterval(timer);
  }
  return looks * STEP;
}
