// Stands where the ssh-agent of Windows listens, and passes each request on to its standard output and each reply back from its
// standard input, where an ssh-agent of this machine is. It shows that dsa talks through such a pipe, and nothing about
// Microsoft's agent.
#include <windows.h>

static BOOL pass(HANDLE from, HANDLE to) {
	BYTE message[4 + 262144];
	DWORD have = 0, want = 4, n;
	while (have < want) {
		if (!ReadFile(from, message + have, want - have, &n, NULL) || n == 0)
			return FALSE;
		have += n;
		if (have == 4 && want == 4) {
			want += (DWORD)message[0] << 24 | message[1] << 16 | message[2] << 8 | message[3];
			if (want > sizeof message)
				return FALSE;
		}
	}
	for (have = 0; have < want; have += n)
		if (!WriteFile(to, message + have, want - have, &n, NULL))
			return FALSE;
	return TRUE;
}

int main(void) {
	HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
	for (;;) {
		HANDLE line = CreateNamedPipeA("\\\\.\\pipe\\openssh-ssh-agent", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT,
		                               PIPE_UNLIMITED_INSTANCES, 65536, 65536, 0, NULL);
		if (line == INVALID_HANDLE_VALUE)
			return 1;
		if (ConnectNamedPipe(line, NULL) || GetLastError() == ERROR_PIPE_CONNECTED)
			while (pass(line, out) && pass(in, line))
				;
		FlushFileBuffers(line);
		DisconnectNamedPipe(line);
		CloseHandle(line);
	}
}
