/** What the worker uses of @micropython/micropython-webassembly-pyscript, which has no types. */

export interface MicroPython {
  FS: import("../bundle.js").FileSystem;
  globals: { get(name: string): (text: string) => string };
  runPython(code: string): unknown;
}

export function loadMicroPython(options: { heapsize?: number; url?: string }): Promise<MicroPython>;
