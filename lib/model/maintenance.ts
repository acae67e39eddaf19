/** No maintenance window is longer: one that was forgotten must not keep alarms quiet for good. Ours. */
export const LONGEST_WINDOW_DAYS = 14;
