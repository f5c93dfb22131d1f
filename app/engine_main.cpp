#include "app/engine/command_line.h"

int main(int argumentCount, char** arguments) {
  return attelier::app::runCommandLine(argumentCount, arguments);
}
