
if [ -n "$ZSH_VERSION" ]; then
  function _complete_sh_NAME() {
    emulate -L sh
    setopt kshglob noshglob braceexpand nokshautoload
    typeset -h words
    _complete_NAME
  }
  # Takes --flag=value as two words, and lets zsh complete files, which ends directories with a slash.
  function _complete_zsh_NAME() {
    local -a COMP_WORDS COMPREPLY names
    local COMP_CWORD COMP_LINE reply files="" found=1
    COMP_WORDS=("${words[@]:0:$CURRENT}")
    if compset -P '--*='; then
      COMP_WORDS=("${words[@]:0:$((CURRENT - 1))}" "${words[$CURRENT]%%=*}" "${words[$CURRENT]#*=}")
    fi
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMP_LINE="${COMP_WORDS[*]}"
    _complete_sh_NAME
    for reply in "${COMPREPLY[@]}"; do
      if [[ -e $reply ]]; then files=yes; else names+=("$reply"); fi
    done
    compadd -a names && found=0
    if [[ -n $files || $found == 1 ]]; then _files && found=0; fi
    return $found
  }
  compdef _complete_zsh_NAME NAME
else
  # Bash splits words at "=" and ":". Takes --flag=value as two words, and a:b as one.
  function _complete_bash_NAME() {
    local joined=() last=-1 glued="" before_colon="" word i
    for ((i = 0; i <= COMP_CWORD; i++)); do
      word=${COMP_WORDS[i]}
      if [[ $word == "=" && $last -ge 0 && ${joined[last]} == --* ]]; then
        joined[++last]=""
        glued=yes
      elif [[ -n $glued || ($word == [=:]* && $last -ge 0) ]]; then
        joined[last]+=$word
        [[ $word == [=:]* ]] && glued=yes || glued=""
      else
        joined[++last]=$word
      fi
    done
    COMP_WORDS=("${joined[@]}")
    COMP_CWORD=$last
    COMP_LINE="${joined[*]}"
    COMP_POINT=${#COMP_LINE}
    _complete_NAME
    # Bash replaces only what follows the last colon.
    if [[ ${joined[last]} == *:* && $COMP_WORDBREAKS == *:* ]]; then
      before_colon=${joined[last]%"${joined[last]##*:}"}
      COMPREPLY=("${COMPREPLY[@]#"$before_colon"}")
    fi
  }
  complete -F _complete_bash_NAME -o default NAME
fi
