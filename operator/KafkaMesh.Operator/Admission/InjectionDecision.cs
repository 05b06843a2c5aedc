using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Patching;

namespace KafkaMesh.Operator.Admission;

/// <summary>The decision about one pod, with everything that follows from it.</summary>
internal sealed record InjectionDecision
{
    /// <summary>What becomes of the pod.</summary>
    public required InjectionOutcome Outcome { get; init; }

    /// <summary>Name of the KafkaMonitor that decided; null when none wants the pod.</summary>
    public string? Monitor { get; init; }

    /// <summary>A <see cref="SkipReason"/> for <see cref="InjectionOutcome.Skipped"/>, else null.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the pod does not get the sidecar, as the rest of a sentence that begins with it; null when it gets or has it.</summary>
    public string? Explanation { get; init; }

    /// <summary>One line each for the author of the pod; never with a line break, which the API server would swallow.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The change; empty when the pod stays as it is.</summary>
    public IReadOnlyList<JsonPatchOperation> Patch { get; init; } = [];

    /// <summary>The change as an RFC 6902 document in UTF-8.</summary>
    public byte[] PatchDocument() => JsonScratch.Text(Patch, static (json, patch) =>
    {
        json.WriteStartArray();
        foreach (var operation in patch)
            operation.WriteTo(json);
        json.WriteEndArray();
    });
}
