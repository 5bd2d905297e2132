#!/usr/bin/env bash
# tests/fuzz/run_all.sh [--build DIR] [--seconds N] [--keep] [TARGET…]
# Runs each fuzz target (all by default) for N seconds (20) on its corpus and prints how many inputs it tried.
# Fails on a crash, a leak, a timeout, a target without a program, or a run that tried nothing.
# What a run finds stays in the build folder; --keep merges what adds coverage into tests/fuzz/corpus/TARGET.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
build=$here/../../build-fuzz seconds=20 keep=false targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --keep) keep=true; shift ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done
build=$(readlink -f "$build")
if [ ${#targets[@]} = 0 ]; then
  for source in "$here"/*_fuzz.cpp; do
    [ -e "$source" ] || { echo "no fuzz target in $here" >&2; exit 1; }
    targets+=("$(basename "$source" _fuzz.cpp)")
  done
fi

failed=0
for target in "${targets[@]}"; do
  program=$build/tests/fuzz/hansa_${target}_fuzz
  work=$build/fuzz-work/$target
  mkdir -p "$work/corpus" "$work/findings"
  [ -x "$program" ] || { echo "$target: $program is not built" >&2; failed=1; continue; }
  folders=("$work/corpus")
  [ ! -d "$here/corpus/$target" ] || folders+=("$here/corpus/$target")
  status=0
  "$program" "${folders[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$work/findings/" >"$work/log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
  if [ "$status" != 0 ]; then
    tail -n 60 "$work/log"
    echo "$target: FAILED (exit $status); the input is in $work/findings"
    failed=1
  elif [ "${executions:-0}" -le 0 ]; then
    echo "$target: FAILED: no input was tried; see $work/log"
    failed=1
  else
    echo "$target: $executions executions in $seconds s, seed $(sed -n 's/^INFO: Seed: *//p' "$work/log"), no finding"
  fi
  if $keep && [ "$status" = 0 ]; then
    mkdir -p "$here/corpus/$target"
    "$program" -merge=1 "$here/corpus/$target" "$work/corpus" >>"$work/log" 2>&1
    echo "$target: corpus now holds $(find "$here/corpus/$target" -type f | wc -l) inputs"
  fi
done
exit $failed
