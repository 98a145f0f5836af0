// What is judged: the compiled program.
export { readOssecConf } from '../dist/config/ossec-conf.js';
export { createSources } from '../dist/config/ruleset-section.js';
export { decide, prepareDecisions } from '../dist/decide/decide.js';
export { createDetector } from '../dist/detect/engine.js';
export { loadRuleset } from '../dist/detect/load.js';
export { compileExpression, Subject } from '../dist/detect/patterns/expression.js';
export { readQueueMessage } from '../dist/detect/queue-message.js';
export { chooseRulesetFiles } from '../dist/detect/ruleset-files.js';
export { compilers } from '../dist/manager/rules.js';
