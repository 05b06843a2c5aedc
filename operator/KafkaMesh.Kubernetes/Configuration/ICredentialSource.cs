namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Says who we are to the API server, afresh for every request.</summary>
public interface ICredentialSource
{
    /// <summary>The credential for a request that is about to be sent.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubeConfigException">There is none to be had; the message says why.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server answered 401 to a credential: if it is still the current one, another must be got.</summary>
    /// <param name="refused">What was sent.</param>
    /// <returns>True when another attempt can give another answer.</returns>
    bool Invalidate(Credential refused);
}
