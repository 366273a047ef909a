/**
 * Files in one: tools/panel/bundle.py writes it.
 *
 * @typedef {{mkdir(path: string): void, writeFile(path: string, content: Uint8Array): void,
 *   analyzePath(path: string): {exists: boolean}}} FileSystem  of Emscripten
 */

const LINE_FEED = 10;

/**
 * Writes the files of a bundle into a folder of a file system.
 * @param {ArrayBuffer} bundle
 * @param {FileSystem} files
 * @param {string} folder
 */
export function unpack(bundle, files, folder) {
  const bytes = new Uint8Array(bundle);
  let at = bytes.indexOf(LINE_FEED) + 1;
  /** @type {[string, number][]} */
  const names = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  for (const [name, size] of names) {
    const path = `${folder}/${name}`;
    makeFolders(files, path);
    files.writeFile(path, bytes.subarray(at, at + size));
    at += size;
  }
}

/**
 * @param {FileSystem} files
 * @param {string} path  of a file
 */
function makeFolders(files, path) {
  for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) {
    const folder = path.slice(0, end);
    if (!files.analyzePath(folder).exists) files.mkdir(folder);
  }
}
