/** A database that cannot be used: written by a later version, no rights, disk full … The message begins with its path. */
export class StoreError extends Error {}
