// Go takes its random numbers from ProcessPrng, which Windows has since 7 and Wine before 9 has not. This library gives it that
// one function. It is for Wine alone and is no part of the program.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
	while (length > 0) {
		ULONG part = length > 1 << 20 ? 1 << 20 : (ULONG)length;
		if (!RtlGenRandom(data, part))
			return FALSE;
		data += part;
		length -= part;
	}
	return TRUE;
}
