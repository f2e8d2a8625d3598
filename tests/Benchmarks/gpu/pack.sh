#!/bin/sh
# Packs what a machine with a GPU and without a network needs to measure the hub: the built command with a .NET runtime, ONNX Runtime's CUDA provider, the
# reference cases, the scripts. Each part stays below 60 MiB (PART_MIB makes them smaller); PACK_LEVEL is that of xz.
#   tests/Benchmarks/gpu/pack.sh FOLDER [REFERENCE CASES]     (./hub --cuda status must have run before)
set -eu

here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$(dirname "$here")")")
target=${1:?the folder to write the parts to}
cases=${2:-$root/../shared/goldens}
limit=$((60 * 1024 * 1024))
fail() { printf 'pack: %s\n' "$*" >&2; exit 1; }

program=$root/artifacts/bin/DiffusionHub.Cli/release
[ -f "$program/DiffusionHub.Cli.dll" ] || fail "the command is not built: run ./hub --cuda status"
[ -f "$program/libonnxruntime_providers_cuda.so" ] || fail "the CUDA provider is not there: run ./hub --cuda status"
[ -d "$cases/pipelines" ] || fail "no reference cases in $cases; name their folder"
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
runtime=$(find "$dotnet/shared/Microsoft.NETCore.App" -maxdepth 1 -name '10.*' | sort -V | tail -n 1)
[ -n "$runtime" ] || fail "no .NET 10 runtime in $dotnet"
mkdir -p "$target"
rm -f "$target"/part-*
# Hard links: the provider alone has 230 MB.
stage=$(mktemp -d "$root/artifacts/pack-XXXXXX")
trap 'rm -rf "$stage"' EXIT

mkdir -p "$stage/base/dotnet/shared/Microsoft.NETCore.App" "$stage/base/dotnet/host" "$stage/base/models"
cp -rl "$program" "$stage/base/hub" 2>/dev/null || cp -r "$program" "$stage/base/hub"
rm -f "$stage"/base/hub/*.pdb "$stage"/base/hub/*.xml "$stage"/base/hub/libonnxruntime_providers_*.so
# The runtime as it is installed, so that nothing is downloaded; debuggers' parts stay behind.
cp -r "$runtime" "$stage/base/dotnet/shared/Microsoft.NETCore.App/"
rm -f "$stage"/base/dotnet/shared/Microsoft.NETCore.App/*/libmscordaccore.so "$stage"/base/dotnet/shared/Microsoft.NETCore.App/*/libmscordbi.so
cp -r "$dotnet/host/fxr" "$stage/base/dotnet/host/"
cp "$dotnet/dotnet" "$stage/base/dotnet/"
cp -r "$root/models/sprout" "$stage/base/models/"
mkdir -p "$stage/base/bench"
cp -r "$root/tests/Benchmarks/gpu" "$stage/base/bench/"
[ ! -d "$root/tests/Benchmarks/torch" ] || cp -r "$root/tests/Benchmarks/torch" "$stage/base/bench/"

mkdir -p "$stage/cases/goldens"
for part in pipelines models gradients inversion schedulers rng.json k-diffusion.json tokenizer; do
    [ ! -e "$cases/$part" ] || cp -r "$cases/$part" "$stage/cases/goldens/"
done

mkdir -p "$stage/cuda/hub"
for file in shared cuda; do ln "$program/libonnxruntime_providers_$file.so" "$stage/cuda/hub/" 2>/dev/null || cp "$program/libonnxruntime_providers_$file.so" "$stage/cuda/hub/"; done

for name in base cases cuda; do
    tar -C "$stage/$name" -c . | xz -T0 "-${PACK_LEVEL:-6}" | split -b "${PART_MIB:-57}m" -d -a 2 - "$target/part-$name.tar.xz."
done

for part in "$target"/part-*; do
    size=$(stat -c %s "$part")
    [ "$size" -lt "$limit" ] || fail "$part has $size bytes"
    printf '%9d  %s\n' "$size" "${part##*/}"
done
