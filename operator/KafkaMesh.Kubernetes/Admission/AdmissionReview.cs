namespace KafkaMesh.Kubernetes.Admission;

/// <summary>What the API server posts to a webhook and what it expects back (admission.k8s.io/v1).</summary>
public sealed record AdmissionReview
{
    /// <summary>The only version that is spoken here.</summary>
    public const string V1 = "admission.k8s.io/v1";

    /// <summary><see cref="V1"/>; the answer repeats that of the question.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>AdmissionReview</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The question.</summary>
    public AdmissionRequest? Request { get; init; }

    /// <summary>The answer.</summary>
    public AdmissionResponse? Response { get; init; }

    /// <summary>The review that carries an answer back.</summary>
    /// <param name="response">The answer.</param>
    public static AdmissionReview Answer(AdmissionResponse response) => new() { ApiVersion = V1, Kind = "AdmissionReview", Response = response };
}
