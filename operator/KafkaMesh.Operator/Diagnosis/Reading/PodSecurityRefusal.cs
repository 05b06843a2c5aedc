using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Reads in an API server's refusal of a pod that Pod Security refuses it because of the init container.</summary>
internal static partial class PodSecurityRefusal
{
    /// <summary>
    /// The level that refuses the init container; null for another refusal, also one by Pod Security that names only containers of others,
    /// such as those of another mesh.
    /// </summary>
    /// <param name="message">The API server's words.</param>
    public static string? LevelIn(string message)
    {
        var level = Violation().Match(message).Groups["level"].Value;
        return PodSecurityLevel.IsKnown(level) && message.Contains($"\"{WellKnownNames.InitContainer}\"", StringComparison.Ordinal) ? level : null;
    }

    [GeneratedRegex("violates PodSecurity \"(?<level>[a-z]+)[:\"]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Violation();
}
