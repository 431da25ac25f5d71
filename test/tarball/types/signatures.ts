import { type AgentCardKeys, AgentCardSignatureError, verifyAgentCard } from 'a2a-await/signatures';

export async function skillsOf(card: object, keys: AgentCardKeys): Promise<string[]> {
  try {
    const verified = await verifyAgentCard(card, keys);
    return verified.card.skills.map(({ id }) => id);
  } catch (error) {
    if (error instanceof AgentCardSignatureError) return [error.reason];
    throw error;
  }
}

// @ts-expect-error: no keys
void verifyAgentCard({});
