/** Brings the checkout into the state a command needs; takes no step, and no time, when it is there already. */
import { build, buildIsFresh } from './build.js';
import { dependenciesAreThere, installDependencies } from './dependencies.js';
import { exclusively } from './lock.js';
import { installTestTools, testToolsAreThere } from './test-tools.js';

const steps = {
  dependencies: { done: dependenciesAreThere, take: installDependencies },
  build: { done: buildIsFresh, take: build },
  testTools: { done: testToolsAreThere, take: installTestTools },
};

/**
 * Takes the steps that are not done yet, in their order.
 * @param {(keyof typeof steps)[]} wanted
 * @param {(line: string) => void} say receives progress as plain lines
 * @throws UserError with one sentence when a step fails
 */
export async function ensure(wanted, say) {
  const open = () => wanted.filter((name) => !steps[name].done());
  if (open().length === 0) return;
  await exclusively(say, async () => {
    for (const name of wanted) if (!steps[name].done()) await steps[name].take(say);
  });
}
