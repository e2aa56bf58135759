#!/usr/bin/env bash
# Trains a model. Usage: bash run.sh MODEL MICROBATCH_SIZE NUM_MICROBATCHES [flags]. The flag --help lists the flags.
# Environment variables: NNODES, NODE_RANK, MASTER_ADDR, MASTER_PORT, NUM_GPUS, CUDA_VISIBLE_DEVICES,
# PERSEUS_EXTENSIONS, PERSEUS_JOB_SECRET. Under srun, mpirun and torchrun, the first four variables need not be set.
script=$(readlink -f "${BASH_SOURCE[0]}" 2>/dev/null || echo "${BASH_SOURCE[0]}")
source "$(dirname "$script")/bin/launch.bash"
perseus_run run perseus.cli.train.TrainCommand "$@"
