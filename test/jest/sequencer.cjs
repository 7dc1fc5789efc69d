const { default: Sequencer } = require("@jest/test-sequencer");

/** What is started for a test of `test/` takes its time: with those first, the short ones fill the end on all cores. */
class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => isShort(one) - isShort(other));
  }
}

function isShort({ path, context }) {
  return !path.startsWith(`${context.config.rootDir}/test/`);
}

module.exports = LongestFirst;
