/**
 * Claims a data folder for this process, until it ends. A folder that cannot be written is left to the server, which says so.
 * @returns the process that has it already; undefined when there is none
 */
export function lockDataFolder(folder: string): number | undefined;
