using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Commands;

/// <summary>Exit codes, after sysexits.h.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>EX_USAGE: a wrong flag, variable or value.</summary>
    public const int Usage = WellKnownNames.ExitUsage;

    /// <summary>EX_UNAVAILABLE: a port, program or kernel feature is not to be had.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_OSERR: the kernel refused what should have worked.</summary>
    public const int SystemError = 71;

    /// <summary>EX_NOPERM: a privilege is missing.</summary>
    public const int NoPermission = 77;
}
