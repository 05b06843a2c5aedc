using System.Runtime.InteropServices;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>The few functions of librdkafka that the tests with a real client and a mock cluster call.</summary>
internal static class Rdkafka
{
    /// <summary>Debian's librdkafka1.</summary>
    public const string Library = "librdkafka.so.1";

    private const int ErrorBytes = 512;

    /// <summary>Connects a socket in the library's place; returns 0 or an errno.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int ConnectCallback(int socket, IntPtr address, int addressLength, IntPtr id, IntPtr opaque);

    /// <summary>Takes the statistics as JSON; returns 0 so that the library frees them.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int StatisticsCallback(IntPtr client, IntPtr json, nuint length, IntPtr opaque);

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled()
    {
        if (!NativeLibrary.TryLoad(Library, out var handle))
            return false;
        NativeLibrary.Free(handle);
        return true;
    }

    /// <summary>A configuration with properties.</summary>
    public static IntPtr Configure(params ReadOnlySpan<(string Name, string Value)> properties)
    {
        var configuration = NewConfiguration();
        var error = new byte[ErrorBytes];
        foreach (var (name, value) in properties)
            Assert.True(SetProperty(configuration, name, value, error, ErrorBytes) == 0, $"{name}={value}");
        return configuration;
    }

    /// <summary>A producer; it owns the configuration.</summary>
    public static IntPtr Producer(IntPtr configuration)
    {
        var client = NewClient(0, configuration, new byte[ErrorBytes], ErrorBytes);
        Assert.NotEqual(IntPtr.Zero, client);
        return client;
    }

    [DllImport(Library, EntryPoint = "rd_kafka_conf_set_connect_cb")]
    public static extern void SetConnectCallback(IntPtr configuration, ConnectCallback callback);

    [DllImport(Library, EntryPoint = "rd_kafka_conf_set_stats_cb")]
    public static extern void SetStatisticsCallback(IntPtr configuration, StatisticsCallback callback);

    [DllImport(Library, EntryPoint = "rd_kafka_topic_new")]
    public static extern IntPtr NewTopic(IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, IntPtr configuration);

    [DllImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static extern void DestroyTopic(IntPtr topic);

    /// <summary>Queues a message; flags 2 copies the payload.</summary>
    [DllImport(Library, EntryPoint = "rd_kafka_produce")]
    public static extern int Produce(IntPtr topic, int partition, int flags, byte[] payload, nuint length, IntPtr key, nuint keyLength, IntPtr opaque);

    [DllImport(Library, EntryPoint = "rd_kafka_flush")]
    public static extern int Flush(IntPtr client, int timeoutMilliseconds);

    [DllImport(Library, EntryPoint = "rd_kafka_poll")]
    public static extern int Poll(IntPtr client, int timeoutMilliseconds);

    [DllImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static extern void Destroy(IntPtr client);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static extern IntPtr NewMockCluster(IntPtr client, int brokers);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static extern IntPtr Bootstraps(IntPtr cluster);

    [DllImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static extern void DestroyMockCluster(IntPtr cluster);

    /// <summary>The C library's own connect, which librdkafka would call.</summary>
    [DllImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static extern int Connect(int socket, byte[] address, int addressLength);

    /// <summary>The C library's poll on one descriptor.</summary>
    [DllImport("libc", EntryPoint = "poll")]
    public static extern int Wait(ref PollDescriptor descriptor, nuint count, int timeoutMilliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        /// <summary>POLLOUT.</summary>
        public const short Writable = 4;

        public int Socket;
        public short Events;
        public short Returned;
    }

    [DllImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static extern IntPtr NewConfiguration();

    [DllImport(Library, EntryPoint = "rd_kafka_conf_set")]
    private static extern int SetProperty(
        IntPtr configuration, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error, nuint errorLength);

    [DllImport(Library, EntryPoint = "rd_kafka_new")]
    private static extern IntPtr NewClient(int type, IntPtr configuration, byte[] error, nuint errorLength);
}
