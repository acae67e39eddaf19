/**
 * How long the processor has worked for this thread - of an older Node.js, for the whole process -, milliseconds: what
 * work takes, however busy the machine is with other things.
 */
export function worked(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
