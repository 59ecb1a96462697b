export * from './event-loop-delay.js';
export * from './logger.js';
