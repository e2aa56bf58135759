# All commands in this folder source this file, which builds Perseus if necessary and then starts a main class.
#
# An installed package has its jars in lib/analysis, lib/training and lib/pytorch-cpu, and is never built.
# In a checkout, the command perseus-analyze needs only the modules analysis and analysis-cli. The kernel of the notebooks
# needs these two modules and the module notebook-kernel. All other commands need all modules except notebook-kernel.
# A command builds its modules again if one of their source files is newer than the last build.
# The time of the last build is the modification time of the file target/built in the module with the main class.
# A build of the module cli builds all modules, so a newer file cli/target/built also counts as the last build.
# The environment variable PERSEUS_NO_BUILD=1 forbids builds, so that the last build is started even if it is old.
# The environment variable PERSEUS_JAVA_OPTS adds options for the JVM.
# The environment variable PERSEUS_EXTENSIONS adds jars to the class path. It lists jars and folders, separated by colons.

set -euo pipefail

# Ctrl-C ends Maven or Java. Without this trap, bash would then execute the next line of the script.
trap 'exit 130' INT

perseus_root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

perseus_is_installed() {
  [ -d "$perseus_root/lib/analysis" ] && [ ! -e "$perseus_root/pom.xml" ]
}

# Sets perseus_java to the path of the program java, and perseus_java_id to the vendor and version of its JDK.
perseus_find_java() {
  local home key value kind='a JDK 17' version=
  perseus_is_installed && kind='Java 17'
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    perseus_java=$JAVA_HOME/bin/java
  elif command -v java >/dev/null 2>&1; then
    perseus_java=$(command -v java)
  else
    echo "Perseus needs $kind or newer: none is on the PATH, and JAVA_HOME names none." >&2
    exit 1
  fi
  home=$(dirname "$(dirname "$(readlink -f "$perseus_java" 2>/dev/null || echo "$perseus_java")")")
  perseus_java_id=java
  while IFS== read -r key value; do
    value=${value//[^A-Za-z0-9.+-]/}
    case $key in
      JAVA_VERSION) version=$value ;;
      IMPLEMENTOR | JAVA_RUNTIME_VERSION) perseus_java_id=$perseus_java_id-$value ;;
    esac
  done 2>/dev/null <"$home/release" || true
  if [ -z "$version" ]; then
    version=$("$perseus_java" -version 2>&1 | sed -n 's/.* version "\([0-9.]*\).*/\1/p') || true
  fi
  if [ -z "$version" ]; then
    echo "Perseus needs $kind or newer, but $perseus_java does not start. Set JAVA_HOME." >&2
    exit 1
  elif [ "${version%%[!0-9]*}" -lt 17 ]; then
    echo "Perseus needs $kind or newer, but $perseus_java is Java $version. Set JAVA_HOME to a newer one." >&2
    exit 1
  fi
}

perseus_find_java

# In the locale C, Java cannot open a file if its name contains a character that is not ASCII.
if [ "$(locale charmap 2>/dev/null || echo ANSI_X3.4-1968)" = ANSI_X3.4-1968 ]; then
  export LC_ALL=C.UTF-8
fi

# perseus_choose_modules NAME: sets the modules that a command needs, the module that contains its main class
# (perseus_module), and the arguments with which Maven builds these modules.
perseus_choose_modules() {
  case $1 in
    perseus-analyze)
      perseus_module=analysis-cli
      perseus_needed=(analysis analysis-cli)
      perseus_goals=(-pl analysis-cli -am -Dmaven.test.skip package)
      ;;
    notebook-kernel)
      perseus_module=notebook-kernel
      perseus_needed=(analysis analysis-cli notebook-kernel)
      perseus_goals=(-pl notebook-kernel -am -Dmaven.test.skip package)
      ;;
    *)
      perseus_module=cli
      perseus_needed=(analysis analysis-cli trainer cli)
      perseus_goals=(-DskipTests package)
      ;;
  esac
  perseus_target=$perseus_root/$perseus_module/target
  perseus_lib=(lib)
  if perseus_is_installed; then
    perseus_target=$perseus_root/lib
    if [ "$perseus_module" = analysis-cli ]; then
      perseus_lib=(analysis)
    else
      perseus_lib=(analysis training pytorch-cpu)
    fi
  fi
}

# perseus_is_newest FILE: returns 0 if FILE exists and is newer than all source files of the needed modules.
perseus_is_newest() {
  [ -e "$1" ] && (cd "$perseus_root" &&
    [ -z "$(find pom.xml "${perseus_needed[@]/%//pom.xml}" "${perseus_needed[@]/%//src/main}" -newer "$1" -print -quit)" ])
}

perseus_is_stale() {
  perseus_is_installed && return 1
  [ -d "$perseus_target/lib" ] || return 0
  [ -z "${PERSEUS_NO_BUILD:-}" ] || return 1
  ! perseus_is_newest "$perseus_target/built" && ! perseus_is_newest "$perseus_root/cli/target/built"
}

# Prints a message if Maven cannot write to its folder, for example because the user has no home directory.
perseus_explain_maven_folders() {
  local home folder parent
  home=$("$perseus_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *user\.home = //p')
  for folder in "${MAVEN_USER_HOME:-${HOME:-$home}/.m2}" "$home/.m2"; do
    parent=$folder
    while [ ! -e "$parent" ] && [[ $parent == */* ]]; do parent=${parent%/*}; done
    if [ ! -w "${parent:-/}" ]; then
      echo "Maven cannot write to its folder $folder. Set MAVEN_USER_HOME=DIR and MAVEN_OPTS=-Dmaven.repo.local=DIR/repository" \
        "for a DIR that can be written. (PyTorch's libraries go to ~/.djl.ai, or where DJL_CACHE_DIR says.)" >&2
      return
    fi
  done
}

# Ends with an error message if this user cannot write the output of a build.
perseus_require_writable() {
  local folder=$perseus_root/analysis-cli/target lock
  lock=$folder/build.lock
  { mkdir -p "$folder" && : >>"$lock"; } 2>/dev/null && return
  if [ -d "$perseus_target/lib" ]; then
    echo "The build in $perseus_root is older than its sources, and this user cannot write there to build again." \
      "As a user who can, run ./mvnw -DskipTests package there; or set PERSEUS_NO_BUILD=1 to start the old build." >&2
  else
    echo "$perseus_root is not built, and this user cannot write there. As a user who can, run ./mvnw -DskipTests package there." >&2
  fi
  exit 1
}

perseus_build() {
  echo "Building Perseus (about a minute the first time) ..." >&2
  local log=$perseus_target/build.log
  mkdir -p "$perseus_target"
  if ! (cd "$perseus_root" && ./mvnw -q -B -Dspotless.check.skip "${perseus_goals[@]}") >"$log" 2>&1; then
    cat "$log" >&2
    echo "The build failed. Maven's output is above and in $log." >&2
    perseus_explain_maven_folders
    exit 1
  fi
  touch "$perseus_target/built"
}

# A class data sharing (CDS) archive holds the classes that a command loads, so that the JVM starts faster.
# An archive is valid for one JDK and for the jars from which it was made. Without an archive, a command only starts slower.

# perseus_archive NAME: prints the path of the archive for this JDK.
perseus_archive() {
  printf %s "$perseus_target/$1-$perseus_java_id.jsa"
}

perseus_archive_is_stale() {
  local jar
  [ ! -e "$1" ] && return 0
  for jar in "$perseus_java" "$perseus_target"/perseus-"$perseus_module"-*.jar "$perseus_target"/*/perseus-*.jar; do
    [ "$jar" -nt "$1" ] && return 0
  done
  return 1
}

# perseus_make_archive NAME ARCHIVE COMMAND...: runs COMMAND on a small example, and archives the classes that it has loaded.
# COMMAND is the JVM with its options and the main class. An error only means that there is no archive.
# If several commands start at the same time, one of them makes the archive, and the others run without an archive.
perseus_make_archive() {
  local name=$1 archive=$2 scratch arguments=(--help)
  shift 2
  { exec 8>"$archive.lock"; } 2>/dev/null || return 0
  if ! command -v flock >/dev/null 2>&1 || ! flock -n 8; then
    exec 8>&-
    return 0
  fi
  rm -rf "$perseus_target"/archive.??????
  if scratch=$(mktemp -d "$perseus_target/archive.XXXXXX" 2>/dev/null); then
    if [ "$name" = perseus-analyze ]; then
      printf '%s\n' stage,instruction,frequency,time,energy 0,forward,1410,0.1,30 0,forward,1200,0.11,28 \
        0,backward,1410,0.2,60 0,backward,1200,0.22,56 1,forward,1410,0.1,30 1,backward,1410,0.2,60 \
        >"$scratch/profile.csv" || true
      arguments=(plan "$scratch/profile.csv" --num-microbatches 4 --blocking-power 80 -o "$scratch/plans")
    fi
    "$1" -XX:ArchiveClassesAtExit="$scratch/new.jsa" "${@:2}" "${arguments[@]}" >/dev/null 2>&1 8>&- || true
    mv -f "$scratch/new.jsa" "$archive" 2>/dev/null || true
    rm -rf "$scratch"
  fi
  exec 8>&-
}

# perseus_classpath FOLDER: prints the class path of all jars in FOLDER, separated by colons.
# FOLDER is the target folder of a build, or the folder lib of an installed package.
perseus_classpath() {
  local folder jar jars path=
  jars=("$1"/perseus-"$perseus_module"-*.jar)
  for folder in "${perseus_lib[@]}"; do jars+=("$1/$folder"/*.jar); done
  for jar in "${jars[@]}"; do
    case $jar in
      *-tests.jar | *-sources.jar | *-javadoc.jar) ;;
      *) [ ! -e "$jar" ] || path=$path:$jar ;;
    esac
  done
  printf %s "${path#:}"
}

# Sets perseus_extensions to the class path of PERSEUS_EXTENSIONS with a leading colon, or to an empty text.
# A folder in PERSEUS_EXTENSIONS adds all jars in the folder. A folder that contains META-INF/services holds classes,
# and is added itself.
perseus_find_extensions() {
  local entry jar magic found entries=()
  perseus_extensions=
  [ -n "${PERSEUS_EXTENSIONS:-}" ] || return 0
  IFS=: read -r -d '' -a entries < <(printf '%s\0' "$PERSEUS_EXTENSIONS") || true
  for entry in "${entries[@]}"; do
    [ -n "$entry" ] || continue
    found=()
    if [ -d "$entry/META-INF/services" ]; then
      found=("$entry")
    elif [ -d "$entry" ]; then
      for jar in "$entry"/*.jar; do
        [ -e "$jar" ] && found+=("$jar")
      done
      if [ "${#found[@]}" = 0 ]; then
        echo "PERSEUS_EXTENSIONS names the folder $entry, which contains no jar." >&2
        exit 1
      fi
    elif [ -e "$entry" ]; then
      found=("$entry")
    else
      echo "PERSEUS_EXTENSIONS names $entry, which does not exist." >&2
      exit 1
    fi
    for jar in "${found[@]}"; do
      if [ ! -d "$jar" ]; then
        magic=
        { LC_ALL=C read -r -n 2 magic <"$jar"; } 2>/dev/null || true
        if [ "$magic" != PK ]; then
          echo "PERSEUS_EXTENSIONS names $jar, which is no readable jar." >&2
          exit 1
        fi
      fi
      perseus_extensions=$perseus_extensions:$jar
    done
  done
}

# Returns 0 if planning takes longer than some seconds.
# This holds for 200 or more microbatches, and for plans with a time of clock changes or a least time per clock.
perseus_is_large() {
  local argument microbatches=0 next=
  for argument in "$@"; do
    [ -n "$next" ] && microbatches=$argument
    # If profile.json contains the time of a clock change, plans include the time of clock changes.
    [ -f "$argument" ] && grep -qs '"switch_seconds"' "$(dirname -- "$argument")/profile.json" && return 0
    next=
    case $argument in
      --switch[-_]cost | --switch[-_]cost=* | --min[-_]dwell | --min[-_]dwell=*) return 0 ;;
      --num[-_]microbatches) next=yes ;;
      --num[-_]microbatches=*) microbatches=${argument#*=} ;;
    esac
  done
  [[ $microbatches =~ ^[0-9]{1,9}$ ]] && [ "$microbatches" -ge 200 ]
}

# Returns 0 if an argument is a directory with more than 2 GiB. A recording of one hour and 300 ranks has this size.
perseus_records_much() {
  local argument kib
  for argument in "$@"; do
    if [ -d "$argument" ]; then
      kib=$(du -skL -- "$argument" 2>/dev/null) || return 0
      [ "${kib%%[!0-9]*}" -gt 2097152 ] && return 0
    fi
  done
  return 1
}

# perseus_prepare NAME: chooses the modules of a command, and builds them if necessary.
perseus_prepare() {
  perseus_choose_modules "$1"
  perseus_is_stale || return 0
  perseus_require_writable
  # If several commands start at the same time, the lock makes one of them build while the others wait.
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$perseus_root/analysis-cli/target/build.lock"
    flock 9
    if perseus_is_stale; then perseus_build; fi
    exec 9>&-
  else
    perseus_build
  fi
}

# Returns 0 if a command only prints its help or its version.
perseus_is_help() {
  local argument
  [ "${1:-}" = help ] && return 0
  for argument in "$@"; do
    case $argument in -h | --help | --version) return 0 ;; esac
  done
  return 1
}

# perseus_run NAME MAIN_CLASS ARGUMENTS...: builds the command if necessary, and replaces this shell by the JVM.
perseus_run() {
  local name=$1 main=$2 archive archived=$1 classpath size
  shift 2
  perseus_prepare "$name"
  case $perseus_target in
    *:*)
      # Java splits a class path at colons, but the path of the target folder contains a colon.
      # So the class path uses the folder's name as an open file, /proc/PID/fd/7, which has no colon.
      exec 7<"$perseus_target"
      classpath=$(perseus_classpath "/proc/$$/fd/7")
      ;;
    *) classpath=$(perseus_classpath "$perseus_target") ;;
  esac
  perseus_find_extensions
  local options=(-Djava.awt.headless=true -XX:+UseParallelGC -XX:-UsePerfData)
  options+=(-Xshare:auto -Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr)
  # For a command of one or two seconds, the JVM's optimizing compiler and a large heap cost more time than they save.
  if perseus_is_help "$@"; then
    # Printing the help calls most methods only a few hundred times, and compiling them takes longer than it saves.
    options+=(-XX:TieredStopAtLevel=1 -Xmn32m)
    options+=(-XX:Tier3InvocationThreshold=1000 -XX:Tier3MinInvocationThreshold=500 -XX:Tier3CompileThreshold=3000)
  else
    case ${1:-} in
      plan | pick | chart | report | savings)
        # The planner needs most of its objects only for a short time. Without a limit, the young generation of the
        # heap grows to gigabytes.
        if perseus_is_large "$@"; then
          options+=(-Xmn128m)
        else
          options+=(-XX:TieredStopAtLevel=1 -Xmn32m -XX:Tier3InvocationThreshold=100 -XX:Tier3BackEdgeThreshold=10000)
        fi
        ;;
      profile)
        # The JVM's optimizing compiler needs 5 s. After that, each rank's logs take 10 % less time.
        perseus_records_much "${@:2}" || options+=(-XX:TieredStopAtLevel=1)
        ;;
    esac
  fi
  if [ -t 2 ]; then
    options+=(-Dperseus.terminal=true)
    size=$(stty size <&2 2>/dev/null || true)
    if [[ $size =~ \ ([1-9][0-9]+)$ ]]; then
      size=${BASH_REMATCH[1]}
      [[ ${COLUMNS:-} =~ ^[1-9][0-9]{0,3}$ ]] && [ "$COLUMNS" -lt "$size" ] && size=$COLUMNS
      options+=(-Dperseus.columns="$size")
    fi
  fi
  # To print its help, perseus-analyze needs few classes. So its help has an archive with only these classes.
  case $name:${1:-} in
    perseus-analyze:-h | perseus-analyze:--help | perseus-analyze:--version | perseus-analyze:help)
      archived=perseus-analyze-help
      ;;
  esac
  archive=$(perseus_archive "$archived")
  if [[ $perseus_target != *:* ]]; then
    if perseus_archive_is_stale "$archive"; then
      perseus_make_archive "$archived" "$archive" "$perseus_java" "${options[@]}" -cp "$classpath" "$main"
    fi
    if ! perseus_archive_is_stale "$archive"; then
      options+=("-XX:SharedArchiveFile=$archive")
    fi
  fi
  # shellcheck disable=SC2086
  exec "$perseus_java" "${options[@]}" ${PERSEUS_JAVA_OPTS:-} -cp "$classpath$perseus_extensions" "$main" "$@"
}
