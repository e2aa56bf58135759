# Sourced by the scripts in this folder.

notebooks=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# need PROGRAM PACKAGES: ends with 77 if a program of Jupyter is missing
need() {
  if ! command -v "$1" >/dev/null 2>&1; then
    echo "There is no $1 on the PATH. On Debian: apt-get install $2." >&2
    exit 77
  fi
}

# Builds the kernel if that is necessary. Needs launch.bash.
prepare_kernel() {
  if ! "$perseus_java" --list-modules | grep -q '^jdk.jshell'; then
    echo "The kernel needs a JDK with the module jdk.jshell, which $perseus_java lacks. Set JAVA_HOME." >&2
    exit 1
  fi
  perseus_prepare notebook-kernel
}

# write_kernelspec DIR: describes the Java kernel of this checkout to Jupyter
write_kernelspec() {
  local path=$notebooks/kernel
  path=${path//\\/\\\\}
  path=${path//\"/\\\"}
  mkdir -p "$1"
  cat >"$1/kernel.json" <<JSON
{
  "argv": ["$path", "{connection_file}"],
  "display_name": "Java (Perseus)",
  "language": "java",
  "interrupt_mode": "message"
}
JSON
}
