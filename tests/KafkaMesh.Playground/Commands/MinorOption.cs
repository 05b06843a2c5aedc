using System.CommandLine;
using KafkaMesh.Playground.ApiServer.Discovery;

namespace KafkaMesh.Playground.Commands;

/// <summary><c>--minor</c>: which Kubernetes the playground is, the oldest that the product supports or the one whose answers were recorded.</summary>
internal static class MinorOption
{
    private static readonly int[] Offered = [28, 36];

    /// <summary>The option; any other version is wrong usage.</summary>
    public static Option<int> Create()
    {
        var minor = new Option<int>("--minor") { Description = "Minor version of Kubernetes that /version says: 36 or 28.", DefaultValueFactory = _ => 36 };
        minor.Validators.Add(result =>
        {
            if (!Offered.Contains(result.GetValue(minor)))
            {
                result.AddError("--minor must be 36 or 28.");
            }
        });
        return minor;
    }
}
