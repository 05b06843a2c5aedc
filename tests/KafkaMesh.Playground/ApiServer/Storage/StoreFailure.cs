namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>Why the store refused an operation.</summary>
internal enum StoreFailure
{
    /// <summary>An object with this key exists already.</summary>
    AlreadyExists,

    /// <summary>No object has this key.</summary>
    NotFound,

    /// <summary>The object has another version than the caller expected.</summary>
    VersionConflict,

    /// <summary>The version asked for has left the history.</summary>
    Expired,

    /// <summary>The version asked for has not happened yet.</summary>
    TooLarge,

    /// <summary>A bound on the number or the size of objects was reached.</summary>
    Full,
}
