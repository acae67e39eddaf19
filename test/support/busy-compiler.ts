/**
 * A process whose compilers are at work, and that is told again and again in the midst of it to make code on its main
 * thread: at one moment of a hundred that meets code which is half made. Ends with 0.
 */
import v8 from 'node:v8';
import { compileOnMainThread } from '../../lib/process/compile-on-main.ts';

/** As V8 begins. In Node.js 22 neither is on, and Maglev, turned on, ends the process by itself. */
const BESIDE =
  Number.parseInt(process.versions.node, 10) < 24
    ? []
    : ['--maglev', '--maglev-build-code-on-background', '--concurrent-sparkplug'];
const FUNCTIONS = 100;
const ROUNDS = 40;

/** They become hot in the same round, somewhere about the 25th, and wait for the compiler for the next ten or more. */
const functions = Array.from({ length: FUNCTIONS }, (_, number) => {
  const lines = Array.from(
    { length: 10 + (number % 60) },
    (_, line) =>
      `sum = (sum * ${line + 3} + of[(k + ${line}) % of.length]) | 0; if (sum % 7 === ${line % 7}) sum ^= of.length;`,
  );
  return new Function(
    'of',
    `let sum = ${number}; for (let k = 0; k < 20; k++) { ${lines.join('\n')} } return sum;`,
  );
});

for (let round = 0; round < ROUNDS; round++) {
  for (const one of functions) {
    for (let time = 0; time < 10; time++) {
      for (const flag of BESIDE) v8.setFlagsFromString(flag);
      if (time === 0) one([1, 2, 3, 4, 5]);
      compileOnMainThread();
    }
  }
}
process.exit();
