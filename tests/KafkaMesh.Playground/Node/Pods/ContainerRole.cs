namespace KafkaMesh.Playground.Node.Pods;

/// <summary>What a container is in its pod.</summary>
internal enum ContainerRole
{
    /// <summary>Runs to completion before the next one starts.</summary>
    Init,

    /// <summary>An init container with restartPolicy Always: started in order, runs beside the app containers, stopped after them.</summary>
    Sidecar,

    /// <summary>One of spec.containers.</summary>
    App,
}
