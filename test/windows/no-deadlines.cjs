/**
 * Preloaded into mocha under wine: a test there has no deadline, also none that it sets itself. Wine's programs start
 * slowly, and a machine that is busy with other things says nothing about this project; the whole run has a limit instead.
 */
exports.mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    test.timeout(0);
    test.timeout = (ms) => (ms === undefined ? 0 : test);
  },
};
