#include "app/window/start.h"

int main(int argc, char** argv) { return attelier::app::startWindow(argc, argv); }
