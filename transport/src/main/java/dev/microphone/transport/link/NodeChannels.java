package dev.microphone.transport.link;

import dev.microphone.transport.aeron.EmbeddedMedia;
import io.aeron.CommonContext;

/** The Aeron channels between agents and nodes. */
final class NodeChannels {
    /** Frames and hellos, from agent to node. */
    static final int TO_NODE = 1;
    /** Answers, from node to agent. */
    static final int TO_AGENT = 2;

    /** Answers are small and few: the least that Aeron allows. */
    private static final String ANSWERS = "|term-length=64k";

    private NodeChannels() {}

    /** Of a node's subscription. */
    static String listen(String host, int port) {
        return "aeron:udp?endpoint=" + host + ":" + port;
    }

    /** Of an agent's publication. */
    static String send(NodeEndpoint node, long answers) {
        return "aeron:udp?endpoint=" + node.host() + ":" + node.port() + "|response-correlation-id=" + answers + "|"
                + EmbeddedMedia.ONE_RECEIVER;
    }

    /** Of an agent's subscription for answers. */
    static String answers(NodeEndpoint node, String localAddress) {
        return "aeron:udp?control-mode=response|control=" + node.host() + ":" + node.responsePort()
                + (localAddress.isEmpty() ? "" : "|endpoint=" + localAddress + ":0");
    }

    /** Of a node's publication that answers one agent. */
    static String answer(String host, int responsePort, long session) {
        return answer(host, responsePort, Long.toString(session));
    }

    /** Of a publication that answers nobody, and has the port for those that do. */
    static String answerPort(String host, int responsePort) {
        return answer(host, responsePort, CommonContext.PROTOTYPE_CORRELATION_ID);
    }

    private static String answer(String host, int responsePort, String session) {
        return "aeron:udp?control-mode=response|control=" + host + ":" + responsePort + "|response-correlation-id="
                + session + ANSWERS;
    }
}
