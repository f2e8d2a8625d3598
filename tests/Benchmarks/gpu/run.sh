#!/bin/sh
# Measures the hub on a machine with an NVIDIA GPU, from the parts of pack.sh or from a clone: every result is a JSON file, and one that fails does not stop
# the others. Its folders have no blanks in their names.
#   tests/Benchmarks/gpu/run.sh OUT [PARTS]
# STEPS chooses (default: all of "verify bench torch"), MODELS the random models (sd-turbo sdxl-turbo), LIMIT the seconds of one step (420).
set -u

out=${1:?the folder for the results}
parts=${2:-}
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$(dirname "$here")")")
steps=${STEPS-verify bench torch}
models=${MODELS-sd-turbo sdxl-turbo}
limit=${LIMIT:-420}
mkdir -p "$out"
out=$(readlink -f "$out")
say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" | tee -a "$out/run.log"; }

if [ -n "$parts" ]; then
    base=${BASE:-/tmp/hub-gpu}
    mkdir -p "$base"
    for name in base cases cuda; do
        [ -e "$base/.$name" ] && continue
        ls "$parts/part-$name.tar.xz."* >/dev/null 2>&1 || { say "no part $name in $parts"; continue; }
        cat "$parts/part-$name.tar.xz."* >"$base/$name.tar.xz"
        if { tar -C "$base" -xJf "$base/$name.tar.xz" 2>/dev/null || python3 -m tarfile -e "$base/$name.tar.xz" "$base"; }; then : >"$base/.$name"; else say "part $name is damaged"; fi
        rm -f "$base/$name.tar.xz"
    done
    chmod +x "$base/dotnet/dotnet"
    export DOTNET_ROOT="$base/dotnet" HUB_HOME="$base"
    goldens=$base/goldens bench=$base/bench/gpu
    hub="$base/dotnet/dotnet $base/hub/DiffusionHub.Cli.dll"
else
    goldens=${GOLDENS:-$root/../shared/goldens} bench=$here base=${BASE:-/tmp/hub-gpu}
    mkdir -p "$base"
    hub=$root/hub
fi

# CUDA 13 and cuDNN 9 come with PyTorch's packages.
for folder in $(python3 -c 'import site, sys; print(*dict.fromkeys([*site.getsitepackages(), *sys.path]))' 2>/dev/null); do
    [ -d "$folder/nvidia" ] && export HUB_CUDA_PATH="$folder${HUB_CUDA_PATH:+:$HUB_CUDA_PATH}"
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1

# step NAME COMMAND…: its output in NAME.json, what it says beside it in NAME.err, a line in run.log.
step() {
    name=$1
    shift
    began=$(date +%s)
    timeout "$limit" "$@" >"$out/$name.json" 2>"$out/$name.err"
    code=$?
    say "$name: exit $code after $(($(date +%s) - began)) s $(head -c 300 "$out/$name.err" | tr '\n' ' ')"
}

nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv >"$out/gpu.csv" 2>&1 || say "nvidia-smi does not answer"
step status $hub status --json

case " $steps " in *" verify "*)
    step verify-fp32 $hub verify "$goldens" --device cuda --json
    step verify-fp16 $hub verify "$goldens" --device cuda --precision fp16 --only 'pipelines/*' --json
esac

for model in $models; do
    case " $steps " in *" bench "*|*" torch "*)
        [ -e "$base/models/$model/unet" ] || step "write-$model" $hub bench inference --write "$model" --to "$base/models/$model"
    esac
    case " $steps " in *" bench "*)
        for replay in "" --replay; do
            step "bench-$model-fp16$replay" $hub bench inference --device cuda --precision fp16 --model "$base/models/$model" --sides 512 --batches 1,4,8 $replay --json
        done
        step "bench-$model-fp32" $hub bench inference --device cuda --model "$base/models/$model" --sides 512 --batches 1 --json
    esac
    case " $steps " in *" torch "*)
        [ "$model" = sdxl-turbo ] && continue
        step "torch-$model-eager" python3 "$bench/torch_gpu.py" "$base/models/$model"
        step "torch-$model-compiled" python3 "$bench/torch_gpu.py" "$base/models/$model" --compile
    esac
done
say "done; results in $out"
